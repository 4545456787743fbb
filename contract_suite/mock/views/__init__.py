"""Operations prepared for serving, each once, when it is first called."""
