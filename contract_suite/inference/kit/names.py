"""Names that mean the same in most APIs, without what naming styles differ in, and sentences that say the same."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.names import plain_name, words

NEXT_TOKENS: Final = frozenset(
    {
        "nextcursor", "nextpagetoken", "nexttoken", "nextmarker", "continuationtoken", "nextcontinuationtoken", "endcursor",
        "next", "nextpage", "aftercursor", "paginationtoken", "nextpagecursor", "cursor",
    }
)  # fmt: skip
"""Members of an answer that hold what names the next page."""
HEADER_TOTALS: Final = frozenset(
    {
        "xtotalcount", "xtotal", "xtotalitems", "xtotalresults", "xtotalrecords", "xpaginationtotalcount", "totalcount",
        "xpaginationtotal", "contentrange",
    }
)  # fmt: skip
"""Header fields of an answer that count what matches on all pages."""
HAS_MORE: Final = frozenset(
    {"hasmore", "hasnext", "hasnextpage", "hasmorepages", "moreavailable", "hasmoreitems", "hasmoreresults"}
)
"""Members of an answer that say whether more follows the page."""
AFTER_ITEM: Final = frozenset({"startingafter", "after", "afterid", "startafter", "startafterid", "startingafterid"})
"""Parameters that take the id of the last item of a page, to get what follows it."""
BEFORE_ITEM: Final = frozenset({"endingbefore", "before", "beforeid", "endbefore", "endbeforeid", "endingbeforeid"})
PAGES: Final = frozenset({"pages", "totalpages", "pagecount", "numpages", "lastpage"})
"""Members of an answer that count pages."""
TOTALS: Final = frozenset(
    {
        "total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalelements", "totalsize", "numfound",
        "totalentries", "totalrows", "totalhits", "totalobjects", "totalrecordcount", "recordstotal", "odatacount",
    }
)  # fmt: skip
"""Members of an answer that count what matches on all pages; `count` is as often the page's own."""
CREATED: Final = frozenset(
    {
        "createdat", "createdon", "createtime", "createdtime", "creationtime", "creationdate", "createddate", "datecreated",
        "gmtcreate", "gmtcreatetime", "gmtcreatedtime", "insertedat", "createdate", "createtimestamp", "createdtimestamp",
    }
)  # fmt: skip
MODIFIED: Final = frozenset(
    {
        "updatedat", "updatedon", "updatetime", "updatedtime", "updateddate", "dateupdated", "modifiedat", "modifiedon",
        "modifiedtime", "modifieddate", "datemodified", "lastmodified", "lastmodifiedat", "lastupdated", "lastupdatedat",
        "gmtmodified", "gmtmodifiedtime", "changedat", "updatedate", "lastmodifieddate", "lastupdatetime",
    }
)  # fmt: skip
"""Members that hold when something was last changed."""
VERSIONS: Final = frozenset(
    {
        "version",
        "revision",
        "rev",
        "etag",
        "lockversion",
        "rowversion",
        "resourceversion",
        "versionid",
        "concurrencystamp",
    }
)
"""Members of an update that say which state it changes; the server counts them on."""
KEYS_OF_ORDER: Final = frozenset({"sort", "sortby", "orderby", "ordering", "sortkey", "sortfield", "orderfield"})
"""Parameters that name the field a list is sorted by."""
DIRECTIONS: Final = frozenset({"order", "direction", "sortorder", "sortdirection", "sortdir", "dir", "orderdirection"})
REQUEST_IDS: Final = frozenset({"requestid", "xrequestid", "traceid", "correlationid"})
MESSAGES: Final = ("message", "errormessage", "errormsg", "msg", "detail", "description", "title")
CODES: Final = ("code", "errorcode", "errcode", "type")
STATUSES: Final = ("httpcode", "httpstatus", "httpstatuscode", "statuscode", "status")

SAYS_SIZE: Final = re.compile(
    r"per page|page size|(maximum|number|many) (number )?(of )?\w*|at most|up to|limit", re.IGNORECASE
)
SAYS_ROUGH: Final = re.compile(
    r"estimat|approximat|\babout\b|rough|at least|up to|capped|may be (less|more|lower)", re.IGNORECASE
)
"""Words of a total that need not be right."""
SAYS_LOWERED: Final = re.compile(r"lower(ed)?\b|capped|clamp|reduc|fewer|\bless\b", re.IGNORECASE)
"""Words of a size that a page need not reach."""
SAYS_NEXT: Final = re.compile(r"next|page before|previous (page|response|call|request)|further|cursor", re.IGNORECASE)
SAYS_NUMBER: Final = re.compile(r"page|which|starts? (at|from|with)", re.IGNORECASE)
SAYS_OFFSET: Final = re.compile(r"skip|offset|before|start|first|position", re.IGNORECASE)
SAYS_FILTER: Final = re.compile(
    r"\bonly\b|filter|match|whose|restrict|limit|belong|\bof this\b|\bwith this\b", re.IGNORECASE
)
SAYS_MORE: Final = re.compile(
    r"prefix|contain|search|fuzzy|partial|substring|wildcard|begin|start|like|ignore", re.IGNORECASE
)
"""Words of a filter that does more, or something else, than to compare."""
SAYS_EXACT: Final = re.compile(r"(?<!not )(?<!not an )\bexact(ly)?\b", re.IGNORECASE)
"""Words of a filter that keeps what equals its value, and nothing that is like it."""
SAYS_PART: Final = re.compile(r"\bcontain(s|ing)?\b|\bsubstring|\bpartial|\bpart of\b", re.IGNORECASE)
"""Words of a filter that keeps what has its value somewhere in a text."""
SAYS_BEGINNING: Final = re.compile(r"\b(begin|start)(s|ning|ing)? with\b|\bprefix", re.IGNORECASE)
SAYS_NOT: Final = re.compile(
    r"\bexclud|\bnot\b|\bwithout\b|leave out|leaves out|left out|other than|\bexcept|\bomit", re.IGNORECASE
)
"""Words of a filter that keeps what differs from its value."""
SAYS_LEFT_OUT: Final = re.compile(r"\bexclud|leaves? out|left out|other than|\bexcept|\bomit", re.IGNORECASE)
"""Words that a filter which keeps what equals its value does not have."""
SAYS_ALL: Final = re.compile(r"\ball of\b|\bhave all\b|\bhas all\b|\bevery\b|\ball the\b|\beach of\b", re.IGNORECASE)
SAYS_ANY: Final = re.compile(r"\bany\b|\bone of\b|at least one|\bor\b", re.IGNORECASE)
"""Words of several values, of which an item has to match all or any."""
SAYS_SEPARATED: Final = re.compile(
    r"comma[- ](separated|delimited)|separated by (a )?commas?|separated with commas?", re.IGNORECASE
)
"""Words of a text that holds several values."""
SAYS_SEARCH: Final = re.compile(r"search|contain|\bmatch|\btext\b|\bfind|look(s|ed|ing)? for|keyword", re.IGNORECASE)
"""Words of a parameter that searches."""
SEARCHES: Final = frozenset(
    {
        "q",
        "query",
        "search",
        "searchterm",
        "searchquery",
        "searchtext",
        "keyword",
        "keywords",
        "term",
        "text",
        "fulltext",
    }
)
"""Parameters that take a text to search for."""
SAYS_ORDER: Final = re.compile(r"\b(sort|order)", re.IGNORECASE)

_AROUND: Final = frozenset({"filter", "filters", "where"})
_NEGATIONS_BEFORE: Final = frozenset({"exclude", "excluding", "excluded", "not"})
_NEGATIONS_BEHIND: Final = frozenset({"ne", "neq", "not", "nin"})
_SURE_FILTERS: Final = ("id", "ids", "status", "state", "type", "code", "kind", "enabled", "active")
_NO_FILTERS: Final = frozenset(
    {
        "start", "end", "from", "to", "since", "until", "min", "max", "before", "after", "date", "time", "unit", "include",
        "with", "expand", "show", "sort", "order", "by", "limit", "page", "offset", "cursor", "fields", "q", "query",
        "search", "locale", "lang", "language", "format",
    }
)  # fmt: skip


def is_named(name: str, names: frozenset[str]) -> bool:
    """Whether a name is one of a table's, however it is spelled (`$top`, `page_size`, `PageSize`)."""
    return plain_name(name) in names


def filtered_name(name: str) -> str:
    """Return what a parameter says it filters by: `status` of `filter[status]`, `filter.status` and `status[eq]`."""
    parts = words(name)
    parts = parts[1:] if len(parts) > 1 and parts[0] in _AROUND else parts
    return "_".join(parts[:-1] if len(parts) > 1 and parts[-1] == "eq" else parts)


def without_negation(name: str) -> str:
    """Return what a parameter says it leaves out: `status` of `exclude_status`, `status[ne]` and `status!`; else nothing."""
    parts = words(name)
    parts = parts[1:] if len(parts) > 1 and parts[0] in _AROUND else parts
    if len(parts) > 1 and parts[0] in _NEGATIONS_BEFORE:
        return "_".join(parts[1:])
    if len(parts) > 1 and parts[-1] in _NEGATIONS_BEHIND:
        return "_".join(parts[:-1])
    return "_".join(parts) if name.endswith("!") else ""


def surely_filters(name: str) -> bool:
    """Whether a parameter that is named like a field most surely keeps what equals it: `ownerId`, `status`, `kind`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _SURE_FILTERS and not _NO_FILTERS & set(parts)


def hardly_filters(name: str) -> bool:
    """Whether a parameter's name says that it does something else than to compare."""
    return bool(_NO_FILTERS & set(words(name)))
