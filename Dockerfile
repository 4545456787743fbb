# contract-suite as an image: built from this checkout, with the versions and hashes of requirements/.
# docs/ci.md says how to run it. pip takes its index from the builder's configuration.

FROM python:3.13-slim AS build
WORKDIR /source
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/run.txt requirements/build.txt requirements/
RUN python -m venv /opt/contract-suite \
    && /opt/contract-suite/bin/pip install --require-hashes --requirement requirements/run.txt \
    && pip install --require-hashes --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY docs/behaviours.md docs/checks.md docs/
COPY specs/ specs/
COPY contract_suite/ contract_suite/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/contract-suite/bin/pip install --no-deps /wheels/*.whl

FROM python:3.13-slim
COPY --from=build /opt/contract-suite /opt/contract-suite
ENV PATH=/opt/contract-suite/bin:$PATH PYTHONUNBUFFERED=1
RUN useradd --uid 1000 --create-home suite && install --directory --owner=suite --group=suite /work
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["contract-suite"]
CMD ["--help"]
