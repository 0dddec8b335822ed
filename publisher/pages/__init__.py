"""What every page of the website shows: one dataclass per kind of page, and nothing about how it looks.

A page is in one language. `collect` makes pages, `render` turns them into bytes; a template sees its page as `page`
and nothing else. The words below a field are its help: what it holds, and what it means when it is empty.
"""

from __future__ import annotations

from publisher.pages.about import AboutPage, Agreement, GradesPage, ReadingsPage
from publisher.pages.changing import (
    Block,
    Card,
    ChangePage,
    Column,
    ComparedVersion,
    ComparePage,
    Counted,
    End,
    Example,
    Hunk,
    IndexEntry,
    MatrixRow,
    Moved,
    People,
    ReviewPage,
    Told,
    Written,
)
from publisher.pages.files import (
    Chapter,
    DataPage,
    Download,
    FilesPage,
    Operation,
    Parameter,
    PrintPage,
    ReferencePage,
    SchemaKey,
    SchemaPage,
    ServicePage,
)
from publisher.pages.finding import FindPage, Found, Shelf
from publisher.pages.flow import Box, FlowLine, FlowPage, FlowUse, Picture, SourceFlowPage
from publisher.pages.frame import Bar, File, Frame, Link, Phrase, Reading
from publisher.pages.glossary import CategoriesPage, GlossaryPage, Term
from publisher.pages.history import EditionChanges, EditionPage, HistoryPage
from publisher.pages.logged import InLog, LogEntry, LogPage, LogState, VerifyPage
from publisher.pages.overview import (
    Book,
    HomePage,
    Kept,
    ListPage,
    MissingPage,
    MissingPart,
    News,
    RootPage,
    RuleEntry,
    RuleGroup,
    RulesPage,
    SourceEntry,
    SourcesPage,
)
from publisher.pages.parts import (
    BandLine,
    Bands,
    Comments,
    Effect,
    Entry,
    Fact,
    FallStep,
    Follows,
    Gap,
    Gives,
    Ground,
    Head,
    Hidden,
    Holds,
    Looks,
    Notice,
    Noticed,
    Row,
    Sure,
    Times,
    Tried,
    Version,
    Waterfall,
    Worked,
)
from publisher.pages.policies import (
    Adds,
    DraftPage,
    ExclusionPage,
    FieldLine,
    MeasurePage,
    RightPage,
    RulePage,
    ScorePage,
    SourcePage,
    UsePage,
)
from publisher.pages.simulator import TryPage

__all__ = [
    "AboutPage",
    "Adds",
    "Agreement",
    "BandLine",
    "Bands",
    "Bar",
    "Block",
    "Book",
    "BookPage",
    "Box",
    "Card",
    "CategoriesPage",
    "ChangePage",
    "Chapter",
    "Column",
    "Comments",
    "ComparePage",
    "ComparedVersion",
    "Counted",
    "DataPage",
    "Download",
    "DraftPage",
    "EditionChanges",
    "EditionPage",
    "Effect",
    "End",
    "Entry",
    "Example",
    "ExclusionPage",
    "Fact",
    "FallStep",
    "FieldLine",
    "File",
    "FilesPage",
    "FindPage",
    "FlowLine",
    "FlowPage",
    "FlowUse",
    "Follows",
    "Found",
    "Frame",
    "Gap",
    "Gives",
    "GlossaryPage",
    "GradesPage",
    "Ground",
    "Head",
    "Hidden",
    "HistoryPage",
    "Holds",
    "HomePage",
    "Hunk",
    "InLog",
    "IndexEntry",
    "Kept",
    "Link",
    "ListPage",
    "LogEntry",
    "LogPage",
    "LogState",
    "Looks",
    "MatrixRow",
    "MeasurePage",
    "MissingPage",
    "MissingPart",
    "Moved",
    "News",
    "Notice",
    "Noticed",
    "Operation",
    "Page",
    "Parameter",
    "People",
    "Phrase",
    "Picture",
    "PrintPage",
    "Reading",
    "ReadingsPage",
    "ReferencePage",
    "ReviewPage",
    "RightPage",
    "RootPage",
    "Row",
    "RuleEntry",
    "RuleGroup",
    "RulePage",
    "RulesPage",
    "SchemaKey",
    "SchemaPage",
    "ScorePage",
    "ServicePage",
    "Shelf",
    "SourceEntry",
    "SourceFlowPage",
    "SourcePage",
    "SourcesPage",
    "Sure",
    "Term",
    "Times",
    "Told",
    "Tried",
    "TryPage",
    "UsePage",
    "VerifyPage",
    "Version",
    "Waterfall",
    "Worked",
    "Written",
]

BookPage = (
    HomePage
    | ListPage
    | SourcesPage
    | RulesPage
    | SourcePage
    | MeasurePage
    | RulePage
    | ScorePage
    | UsePage
    | ExclusionPage
    | RightPage
    | DraftPage
    | ReferencePage
    | DataPage
    | FilesPage
    | PrintPage
    | FlowPage
    | SourceFlowPage
    | HistoryPage
    | EditionPage
    | GlossaryPage
    | CategoriesPage
    | AboutPage
    | ReadingsPage
    | GradesPage
    | FindPage
    | TryPage
    | ChangePage
    | ReviewPage
    | ComparePage
    | LogPage
    | VerifyPage
)
"""A page of a rulebook: it has a frame."""

Page = RootPage | MissingPage | BookPage | SchemaPage | ServicePage
"""A page that a template shows."""
