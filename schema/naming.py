"""How the names of the directory are said in GraphQL: camelCase fields, PascalCase types, UPPER_CASE enum values."""

import re


def camel(name: str) -> str:
    """The name of a field.

    >>> camel("label_state"), camel("title")
    ('labelState', 'title')
    """
    head, *rest = name.split("_")
    return head + "".join(each.capitalize() for each in rest)


def pascal(name: str) -> str:
    """The name of a type.

    >>> pascal("label_state"), pascal("contributions")
    ('LabelState', 'Contributions')
    """
    camelled = camel(name)
    return camelled[:1].upper() + camelled[1:]


def upper(name: str) -> str:
    """The name of an enum value.

    >>> upper("NewsItem"), upper("main_site"), upper("labelState")
    ('NEWS_ITEM', 'MAIN_SITE', 'LABEL_STATE')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def root(label: str) -> str:
    """The root field that gives one item of a type.

    >>> root("NewsItem"), root("Cite")
    ('newsItem', 'cite')
    """
    return label[:1].lower() + label[1:]
