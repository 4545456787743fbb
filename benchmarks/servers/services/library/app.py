"""The service: books, authors and loans, below `/api`."""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from servicekit import fields
from servicekit.fields import Field, json_body, query
from servicekit.wire import (
    ASGIApp,
    Clock,
    Json,
    Refusal,
    Request,
    Response,
    Service,
    chosen,
    etag_matches,
    now,
    render,
    serve,
    stamp,
    turned,
)

from library.defects import DEFECTS
from library.variants import VARIANTS

LANGUAGES = ("en", "de", "fr", "it")
PASSWORDS = ("secret",)
SORTS = ("title", "-title", "year", "-year")
ISBN = r"^[0-9]{13}\Z"
BOOK = {
    "isbn": Field("text", True, pattern=ISBN),
    "title": Field("text", True, low=1, high=200),
    "subtitle": Field("text", high=200),
    "authors": Field("list", True, low=1, high=8, items=Field("text", low=1, high=80)),
    "year": Field("integer", True, low=1450, high=2100),
    "language": Field("text", True, choices=LANGUAGES),
    "copies": Field("integer", True, low=0, high=500),
    "shelf": Field("text", True, pattern=r"^[A-Z][0-9]{2}\Z"),
}
LOAN = {
    "isbn": Field("text", True, pattern=ISBN),
    "reader": Field("text", True, low=1, high=60),
    "due": Field("date", True),
}

# What a defect makes of a member of the service's bodies.
BOOK_CHANGES: dict[str, Callable[[Json], Any]] = {
    "year-as-text": lambda it: it.update(year=str(it["year"])),
    "authors-joined": lambda it: it.update(authors=", ".join(it["authors"])) if len(it["authors"]) > 1 else None,
    "shelf-lower-case": lambda it: it.update(shelf=it["shelf"].lower()),
    "available-minus": lambda it: it.update(available=it["available"] or -1),
    "copies-as-text": lambda it: it.update(copies=str(it["copies"])),
    "added-day-only": lambda it: it.update(added=it["added"][:10]),
    "language-in-full": lambda it: it.update(language="german") if it["language"] == "de" else None,
    "subtitle-null": lambda it: it.setdefault("subtitle", None),
    "isbn-with-hyphen": lambda it: it.update(isbn=it["isbn"][:3] + "-" + it["isbn"][3:]),
    "shelf-left-out": lambda it: it.pop("shelf"),
}
LOAN_CHANGES: dict[str, Callable[[Json], Any]] = {
    "loan-id-as-text": lambda it: it.update(id=str(it["id"])),
    "overdue-as-number": lambda it: it.update(overdue=int(it["overdue"])),
    "due-with-slashes": lambda it: it.update(due=it["due"].replace("-", "/")),
    "loan-reader-left-out": lambda it: it.pop("reader"),
    "lent-at-seconds": lambda it: it.update(lent_at=1893456000),
}
# Which bounds of the fields a defect forgets or narrows.
LAX: dict[str, tuple[str, Field]] = {
    "short-isbn-taken": ("isbn", Field("text", True, pattern=r"^[0-9]{10,13}\Z")),
    "old-year-taken": ("year", Field("integer", True, high=2100)),
    "no-authors-taken": ("authors", Field("list", True, high=8, items=Field("text", low=1, high=80))),
    "any-shelf-taken": ("shelf", Field("text", True)),
    "language-optional": ("language", Field("any")),
    "no-copies-refused": ("copies", Field("integer", True, low=1, high=500)),
    "year-1450-refused": ("year", Field("integer", True, low=1451, high=2100)),
    "any-due-taken": ("due", Field("text", True)),
    "nameless-reader-taken": ("reader", Field("text", low=0, high=60)),
}


class Library(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS
    BASE = "/api"

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        lax = {member: wanted for name, (member, wanted) in LAX.items() if self.bad(name)}
        self.book_fields = {name: lax.get(name, wanted) for name, wanted in BOOK.items()}
        self.loan_fields = {name: lax.get(name, wanted) for name, wanted in LOAN.items()}
        self.books: dict[str, Json] = {}
        self.loans: dict[int, Json] = {}
        self.next_loan = 1001
        self.requests = 0
        self.seed()
        self.add("GET", "/books", self.find_books)
        self.add("POST", "/books", self.add_book)
        self.add("GET", "/books/{isbn}", self.get_book)
        self.add("PUT", "/books/{isbn}", self.put_book)
        self.add("DELETE", "/books/{isbn}", self.remove_book)
        self.add("GET", "/authors", self.list_authors)
        self.add("GET", "/loans", self.list_loans)
        self.add("POST", "/loans", self.lend)
        self.add("DELETE", "/loans", self.return_all)
        self.add("GET", "/loans/{loan_id}", self.get_loan)
        self.add("DELETE", "/loans/{loan_id}", self.return_book)

    def seed(self) -> None:
        """Fill in the books and loans that are there from the start."""
        titles = ("Emma", "Der Prozess", "Germinal", "Inferno", "Middlemarch", "Emma", "Faust", "Candide")
        people = ("Jane Austen", "Franz Kafka", "Emile Zola", "Dante Alighieri", "George Eliot", "Ada Weiss")
        for number in range(41):
            isbn = str(9780100000000 + (number * 7919) % 1000000)
            self.books[isbn] = {
                "isbn": isbn,
                "title": titles[number % 8],
                **({"subtitle": "A novel"} if number % 4 == 1 else {}),
                "authors": [people[number % 6]] if number % 5 else [people[number % 6], "Ivo Ernst"],
                "year": (1999, 1999, 2004, 1815, 2004)[number % 5],
                "language": LANGUAGES[(0, 1, 2, 3, 0)[number % 5]],
                "copies": (1, 3, 0)[number % 3],
                "shelf": f"{'ABC'[number % 3]}{number % 10:02}",
                "added": stamp(self.clock() - timedelta(days=400)),
            }
        for number, isbn in enumerate(list(self.books)[1:20:3]):
            due = (self.clock() + timedelta(days=(14, 14, 21)[number % 3])).date().isoformat()
            self.keep_loan({"isbn": isbn, "reader": ("Mia", "Noah")[number % 2], "due": due})

    def keep_loan(self, loan: Json) -> Json:
        """Keep a new loan and return it."""
        kept = {"id": self.next_loan, **loan, "lent_at": self.time()}
        self.loans[self.next_loan] = kept
        self.next_loan += 1
        return kept

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the error of a refusal."""
        error: Json = {"code": refusal.code, "message": refusal.message}
        if self.variant == "error-details" and refusal.details:
            error["fields"] = [where for where, _ in refusal.details]
        if self.bad("error-code-number"):
            error["code"] = refusal.status
        if self.bad("error-without-message"):
            del error["message"]
        response = Response(refusal.status, {"error": error})
        if self.bad("error-flat"):
            response.payload = error
        if self.bad("error-plain-text"):
            response = Response(refusal.status, None, {"Content-Type": "text/plain"}, refusal.message.encode())
        return response

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        left_out = {"challenge-left-out": "WWW-Authenticate", "allow-left-out": "Allow", "etag-left-out": "ETag"}
        left_out |= {"total-left-out": "X-Total-Count", "link-left-out": "Link"}
        for name, header in left_out.items():
            if self.bad(name):
                response.headers.pop(header, None)
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        if self.variant == "chunked" and response.payload is not None:
            body = render(response.payload)
            response.headers.setdefault("Content-Type", "application/json")
            response.pieces = [body[:11], body[11:50], body[50:]]
        if self.bad("head-without-length") and request.method == "HEAD":
            response.headers["Content-Length"] = "0"
        return response

    def read(self, request: Request) -> None:
        """Check the key of a request."""
        key = request.query.get("api_key", "")
        if self.bad("authors-without-key") and request.segments[-1] == "authors":
            return
        if not key.endswith("-key") or ("wrong" in key and not self.bad("wrong-key-served")):
            raise Refusal(401, "no_key", "A good api_key is needed.", {"WWW-Authenticate": 'Key realm="library"'})

    def write(self, request: Request) -> None:
        """Check the name and the password of a request."""
        if self.bad("delete-without-password") and request.method == "DELETE":
            return
        user, password = request.basic or ("", "")
        if user != "librarian" or (password not in PASSWORDS and not self.bad("wrong-password-served")):
            headers = {"WWW-Authenticate": 'Basic realm="library", charset="UTF-8"'}
            status = 403 if self.variant == "password-403" and user == "librarian" else 401
            raise Refusal(status, "not_a_librarian", "Name or password is wrong.", headers)

    def book(self, isbn: str) -> Json:
        """Return a book, or refuse."""
        if isbn not in self.books:
            raise Refusal(404, "no_book", "There is no such book.")
        return self.books[isbn]

    def show(self, book: Json) -> Json:
        """Return a book as it is sent."""
        lent = sum(loan["isbn"] == book["isbn"] for loan in self.loans.values())
        if self.bad("available-not-lowered"):
            lent = 0
        shown = copy.deepcopy(book)
        shown["available"] = max(book["copies"] - lent, 0)
        shown["added"] = shown.pop("added")
        if self.variant == "extra-members":
            shown["lent"] = lent
        for name, change in BOOK_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def etag(self, book: Json) -> str:
        """Return the entity tag of a book."""
        basis = self.show(book)
        if self.bad("etag-of-title"):
            basis = {"title": book["title"]}
        if self.bad("etag-of-the-moment"):
            basis["now"] = self.time()
        tag = hashlib.sha256(render(basis)).hexdigest()[:16]
        if self.bad("etag-without-quotes"):
            return tag
        return f'W/"{tag}"' if self.variant == "etag-weak" else f'"{tag}"'

    def whole(self, request: Request, name: str, default: int) -> int:
        """Return the number of a page or its size."""
        text = request.query.get(name)
        if text == "0" and self.bad("zero-crash"):
            raise Refusal(500, "crash")
        low = None if self.bad("zero-taken") else 1
        number: int = query(request, name, Field("integer", low=low, high=2**31 - 1), default=default)
        return number

    def page(self, request: Request, rows: list[Json]) -> Response:
        """Return a page of rows."""
        page = self.whole(request, "page", 1)
        size = self.whole(request, "per_page", 10)
        size = max(min(size, 20 if self.variant == "pages-of-20" else 100), 1)
        total = len(rows)
        last = max(-(-total // size), 1)
        start = (page - 1) * size
        if self.bad("page-ignored"):
            start = 0
        if self.bad("pages-overlap") and page > 1:
            start -= 1
        if self.bad("page-after-last-is-last"):
            start = min(start, (last - 1) * size)
        shown = rows[max(start, 0) : max(start, 0) + size]
        if self.bad("last-item-lost") and len(shown) > 1 and page == last:
            shown = shown[:-1]
        links = [("first", 1), ("last", last)]
        if page > 1:
            links.append(("prev", min(page - 1, last)))
        if page < last or self.bad("link-next-without-end"):
            links.append(("next", page + 2 if self.bad("link-next-skips") else page + 1))
        elif self.variant == "link-last-empty" and page == last:
            links.append(("next", page + 1))
        kept = [pair for pair in request.pairs if pair[0] not in ("page", "api_key")]
        if self.bad("link-forgets-filters"):
            kept = [pair for pair in kept if pair[0] == "per_page"]
        path = "/" + "/".join(request.segments)
        if self.variant == "link-absolute":
            path = f"http://{request.headers.get('host', 'localhost')}{path}"
        text = ", ".join(f'<{path}?{urlencode([*kept, ("page", str(number))])}>; rel="{rel}"' for rel, number in links)
        if self.bad("link-without-brackets"):
            text = text.replace("<", "").replace(">", "")
        count = len(shown) if self.bad("total-of-page") else total
        if self.bad("total-off-by-one"):
            count += 1
        headers = {"X-Total-Count": f"{count} items" if self.bad("total-in-words") else str(count), "Link": text}
        payload: Any = {"items": shown} if self.bad("list-wrapped") else shown
        return Response(200, payload, headers)

    # Books

    def find_books(self, request: Request) -> Response:
        """Find books."""
        self.read(request)
        any_sort = self.bad("any-sort-taken")
        sort = query(request, "sort", Field("text", choices=() if any_sort else SORTS), default="title")
        choices = () if self.bad("any-language-sought") else LANGUAGES
        language = query(request, "language", Field("text", choices=choices))
        first = query(request, "year_from", Field("integer"))
        last = query(request, "year_to", Field("integer"))
        lendable = query(request, "lendable", Field("boolean"))
        author = request.query.get("author", "")
        rows = []
        for book in self.books.values():
            names = book["authors"][:1] if self.bad("first-author-only") else book["authors"]
            if not any(
                author in name if self.bad("author-minds-case") else author.lower() in name.lower() for name in names
            ):
                continue
            if language is not None and book["language"] != language:
                continue
            if first is not None and (book["year"] <= first if self.bad("year-from-above") else book["year"] < first):
                continue
            if last is not None and book["year"] > last and not self.bad("year-to-ignored"):
                continue
            shown = self.show(book)
            free = bool(book["copies"]) if self.bad("lendable-by-copies") else bool(self.left(book))
            if lendable is not None and free != lendable:
                continue
            rows.append(shown)
        total = len(self.books)
        self.requests += 1
        key = sort.removeprefix("-")
        key = key if key in ("title", "year") else "title"
        if self.bad("year-sort-ignored"):
            key = "title"
        unstable = self.bad("ties-unstable") and self.requests % 2 == 0
        rows.sort(key=lambda row: str(row["isbn"]), reverse=unstable)
        rows.sort(key=lambda row: str(row[key]), reverse=sort.startswith("-") and not self.bad("minus-ignored"))
        response = self.page(request, rows)
        if self.bad("total-of-all"):
            response.headers["X-Total-Count"] = str(total)
        return response

    def left(self, book: Json) -> int:
        """Return how many copies of a book can be lent."""
        lent = len([loan for loan in self.loans.values() if loan["isbn"] == book["isbn"]])
        return max(int(book["copies"]) - lent, 0)

    def new_book(self, request: Request) -> Json:
        """Return the book in a body."""
        broken = 500 if self.bad("broken-json-crash") else 400
        status = 400 if self.variant == "invalid-400" else 422
        body = json_body(request, Field("object", members=self.book_fields), status=status, broken=broken)
        return {name: body[name] for name in BOOK if name in body}

    def store(self, book: Json, added: str) -> Json:
        """Keep a book and return it."""
        kept = {**book, "added": added}
        kept.setdefault("language", None)
        if self.bad("subtitle-forgotten"):
            kept.pop("subtitle", None)
        self.books[book["isbn"]] = kept
        return kept

    def add_book(self, request: Request) -> Response:
        """Add a book."""
        self.write(request)
        book = self.new_book(request)
        if book["isbn"] in self.books and not self.bad("isbn-twice-taken"):
            raise Refusal(422 if self.bad("isbn-twice-422") else 409, "isbn_taken", "There is such a book already.")
        kept = self.store(book, self.time())
        place = f"/api/books/{book['isbn']}"
        if self.bad("location-by-title"):
            place = "/api/books/new"
        status = 200 if self.bad("add-200") else 201
        return Response(status, self.show(kept), {"Location": place, "ETag": self.etag(kept)})

    def get_book(self, request: Request, isbn: str) -> Response:
        """Get a book."""
        self.read(request)
        book = self.book(isbn)
        tag = self.etag(book)
        match = request.headers.get("if-match")
        if match is not None and not etag_matches(match, tag, weak=False):
            raise Refusal(412, "precondition_failed")
        wanted = request.headers.get("if-none-match")
        if wanted is not None and not self.bad("if-none-match-ignored"):
            if self.bad("any-if-none-match-304") or etag_matches(wanted, tag, weak=True):
                return Response(304, headers={"ETag": tag})
            if self.bad("if-none-match-412"):
                raise Refusal(412, "precondition_failed")
        return Response(200, self.show(book), {"ETag": tag})

    def check_match(self, request: Request, book: Json | None) -> None:
        """Refuse a request whose condition isn't met."""
        match = request.headers.get("if-match")
        none = request.headers.get("if-none-match")
        if self.bad(f"if-match-ignored-by-{request.method.lower()}"):
            match = None
        if match is not None:
            met = book is not None and etag_matches(match, self.etag(book), weak=False)
            if self.bad("if-match-star-refused") and match == "*":
                met = False
            if self.bad("if-match-by-first-tag") and book is not None and "," in match:
                met = match.split(",")[0].strip() == self.etag(book)
            if not met:
                raise Refusal(409 if self.bad("if-match-409") else 412, "precondition_failed")
        if none is None or book is None or self.bad("if-none-match-star-overwrites"):
            return
        if etag_matches(none, self.etag(book), weak=True):
            raise Refusal(412, "precondition_failed")

    def put_book(self, request: Request, isbn: str) -> Response:
        """Add or replace a book."""
        self.write(request)
        book = self.new_book(request)
        if book["isbn"] != isbn and not self.bad("other-isbn-put"):
            raise Refusal(422, "other_isbn", "The ISBN in the body is not the one in the path.")
        old = self.books.get(isbn)
        self.check_match(request, old)
        if old is not None and self.bad("put-not-stored"):
            return Response(200, self.show({**old, **book}), {"ETag": self.etag(old)})
        if old is not None and self.bad("put-merges"):
            book = {**old, **book}
        before = self.etag(old) if old is not None else ""
        kept = self.store(book, self.time() if old is None or self.bad("put-moves-added") else old["added"])
        status = 201 if old is None and not self.bad("put-adds-with-200") else 200
        if self.bad("put-replaces-with-201"):
            status = 201
        tag = before if before and self.bad("put-old-etag") else self.etag(kept)
        return Response(status, self.show(kept), {"ETag": tag})

    def remove_book(self, request: Request, isbn: str) -> Response:
        """Remove a book."""
        self.write(request)
        book = self.book(isbn)
        self.check_match(request, book)
        if any(loan["isbn"] == isbn for loan in self.loans.values()) and not self.bad("lent-book-removed"):
            raise Refusal(409, "lent", "The book is lent.")
        if not self.bad("removed-book-stays"):
            del self.books[isbn]
        if self.bad("remove-200"):
            return Response(200, {"removed": isbn})
        return Response(204)

    def list_authors(self, request: Request) -> Response:
        """List authors."""
        self.read(request)
        counts = Counter(name for book in self.books.values() for name in book["authors"])
        rows: list[Json] = [{"name": name, "books": counts[name]} for name in sorted(counts)]
        if self.bad("authors-by-books"):
            rows.sort(key=lambda row: -row["books"])
        if self.bad("author-books-as-text"):
            rows = [{**row, "books": str(row["books"])} for row in rows]
        if self.bad("author-counted-once"):
            rows = [{**row, "books": 1} for row in rows]
        return Response(200, rows)

    # Loans

    def show_loan(self, loan: Json) -> Json:
        """Return a loan as it is sent."""
        shown = {**loan, "overdue": loan["due"] < self.time()[:10]}
        for name, change in LOAN_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def list_loans(self, request: Request) -> Response:
        """List loans."""
        self.write(request)
        reader = None if self.bad("reader-ignored") else request.query.get("reader")
        rows = [loan for loan in self.loans.values() if reader is None or loan["reader"] == reader]
        rows.sort(key=lambda loan: (loan["due"], loan["id"]), reverse=self.bad("loans-latest-first"))
        return self.page(request, [self.show_loan(loan) for loan in rows])

    def lend(self, request: Request) -> Response:
        """Lend a book."""
        self.write(request)
        if request.media_type != "application/x-www-form-urlencoded":
            raise Refusal(415, "unsupported_media_type", "Loans come as a form.")
        form: Json = {}
        for name, value in parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True):
            form.setdefault(name, value)
        wrong = fields.problems(form, Field("object", members=self.loan_fields))
        if wrong:
            raise Refusal(422, "invalid", f"{wrong[0][0]} {wrong[0][1]}.", details=wrong)
        today = self.time()[:10]
        late = form["due"] < today and not self.bad("due-in-the-past-taken")
        if late or (form["due"] == today and not self.bad("due-today-taken")):
            raise Refusal(422, "due_in_the_past", "The day has to lie in the future.")
        if form["isbn"] not in self.books:
            status = 404 if self.variant == "unknown-book-404" else 422
            raise Refusal(status, "no_book", "There is no such book.")
        if not self.left(self.books[form["isbn"]]) and not self.bad("last-copy-lent-twice"):
            raise Refusal(409, "none_left", "No copy is left.")
        kept = self.keep_loan({"isbn": form["isbn"], "reader": form.get("reader"), "due": form["due"]})
        if self.bad("lend-200"):
            return Response(200, self.show_loan(kept))
        return Response(201, self.show_loan(kept), {"Location": f"/api/loans/{kept['id']}"})

    def loan(self, loan_id: str) -> Json:
        """Return a loan, or refuse."""
        number = int(loan_id) if loan_id.isascii() and loan_id.isdigit() and len(loan_id) < 19 else 0
        if number not in self.loans:
            raise Refusal(404, "no_loan", "There is no such loan.")
        return self.loans[number]

    def get_loan(self, request: Request, loan_id: str) -> Response:
        """Get a loan."""
        self.write(request)
        return Response(200, self.show_loan(self.loan(loan_id)))

    def return_book(self, request: Request, loan_id: str) -> Response:
        """Return a book."""
        self.write(request)
        loan = self.loan(loan_id)
        if not self.bad("returned-loan-stays"):
            del self.loans[loan["id"]]
        return Response(204)

    def return_all(self, request: Request) -> Response:
        """Return all loans."""
        self.write(request)
        kept = list(self.loans.items())[-1:] if self.bad("return-all-but-one") else []
        self.loans = dict(kept)
        return Response(204)


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Library(defects, variant, clock))


app = application(*chosen(Library))
