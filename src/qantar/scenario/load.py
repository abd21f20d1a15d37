"""Loads a scenario: a built-in country by its name, or any folder that holds one.

Loading runs no code, reads nothing outside the folder but what it takes over from the library by name, and
fetches nothing. Everything that is wrong is reported at once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qantar.errors import UsageError
from qantar.scenario.bibliography import BIBLIOGRAPHY, parse_bibliography
from qantar.scenario.calibration import Calibration
from qantar.scenario.checks import findings
from qantar.scenario.documents import Part, read_document
from qantar.scenario.draft import Draft, Way
from qantar.scenario.identity import scenario_hash
from qantar.scenario.inheritance import PARAMETERS, TakenOver, library_folder, note_conflicts, read_parameters
from qantar.scenario.map_shapes import shape_keys
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.parameters import Parameters
from qantar.scenario.posterior import Posterior, Provenance
from qantar.scenario.reading import LARGEST_BIBLIOGRAPHY, LARGEST_MAP, Folder, read_text
from qantar.scenario.schema import Alliance, Force, Header, Palace, Place, RecordRow, Region, Scenario, Site
from qantar.scenario.shipped import POSTERIOR, read_fit, taken_over
from qantar.scenario.tables import SOURCE_SUFFIX, Table, read_table
from qantar.scenario.value import ASSUMED
from qantar.scenario.wording import nearest

LIBRARY = Path(__file__).parent / "library"
DOCUMENTS: dict[str, Any] = {
    "scenario.yaml": Header, "parameters.yaml": Parameters, "palace.yaml": Palace, "alliance.yaml": Alliance,
}  # fmt: skip
CALIBRATION = "calibration.yaml"
OPTIONAL_DOCUMENTS: dict[str, Any] = {CALIBRATION: Calibration, POSTERIOR: Provenance}
TABLES: dict[str, Any] = {
    "regions.csv": Region, "places.csv": Place, "forces.csv": Force, "sites.csv": Site, "record.csv": RecordRow,
}  # fmt: skip
MAP = "map.geojson"
MAP_OF = "map_of"


def library_names() -> list[str]:
    """Return the names of the built-in scenarios."""
    return sorted(path.name for path in LIBRARY.iterdir() if (path / "scenario.yaml").is_file())


def find_folder(name_or_dir: str | Path) -> Path:
    """Return the folder of a built-in scenario by its name, else the folder at a path.

    Raises `UsageError` where there is neither.
    """
    names = library_names()
    if isinstance(name_or_dir, str) and name_or_dir in names:
        return LIBRARY / name_or_dir
    path = Path(name_or_dir)
    name = str(name_or_dir)
    try:
        if name and path.is_dir():
            if not any((path / part).exists() or (path / part).is_symlink() for part in (*DOCUMENTS, *TABLES)):
                raise UsageError(f"the folder {quoted(name)} holds no scenario: none of {', '.join((*DOCUMENTS, *TABLES))} is there")
            return path
    except (OSError, ValueError):
        pass
    raise UsageError(
        f"{quoted(name)} is neither a built-in scenario ({', '.join(names)}) nor a folder{nearest(name, names)}"
    )


def load(name_or_dir: str | Path) -> Scenario:
    """Load and check a scenario.

    name_or_dir: a name of `library_names`, or the path of a folder.

    Raises `ScenarioError` with every mistake as ``file:line:column``, and `UsageError` where there is
    no such scenario.
    """
    path = find_folder(name_or_dir)
    mistakes = Mistakes()
    reader = _Reader(Folder(path, str(path)), mistakes)
    reader.check_sources()
    reader.check_parts()
    mistakes.raise_if_any()
    return reader.scenario().model_copy(update={"loaded_from": str(name_or_dir)})


class _Reader:
    """The parts of one folder on their way to a `Scenario`."""

    def __init__(self, folder: Folder, mistakes: Mistakes) -> None:
        self._folder, self._mistakes = folder, mistakes
        self._library = {name: LIBRARY / name for name in library_names()}
        self._taken = TakenOver(Part(None, None, {}))
        self._documents: dict[str, Part[Any]] = {
            name: self._read_document(name, model) for name, model in (DOCUMENTS | OPTIONAL_DOCUMENTS).items()
        }
        self._tables: dict[str, Table[Any]] = {
            name: read_table(folder, name, model, mistakes) for name, model in TABLES.items()
        }
        self._sources = self._read_sources()
        self._shapes, self._shape_keys = self._read_map()
        self._posterior = self._read_posterior()

    def _read_document(self, name: str, model: Any) -> Part[Any]:  # noqa: ANN401 - a record of any type
        if name != PARAMETERS:
            return read_document(self._folder, name, model, self._mistakes, needed=name in DOCUMENTS)
        self._taken = read_parameters(self._folder, self._library, self._mistakes)
        return self._taken.part

    def _read_sources(self) -> dict[str, str] | None:
        text = read_text(self._folder, BIBLIOGRAPHY, LARGEST_BIBLIOGRAPHY, self._mistakes)
        own = None if text is None else parse_bibliography(text, self._folder.shown_file(BIBLIOGRAPHY), self._mistakes)
        if own is not None:
            note_conflicts(self._taken, own, self._folder, self._mistakes)
        return own

    def _read_map(self) -> tuple[str, frozenset[str] | None]:
        """Return the text of the map and its keys; without a map there are no keys, which is no mistake."""
        before = self._mistakes.number
        folder = self._map_folder()
        text = None if folder is None else read_text(folder, MAP, LARGEST_MAP, self._mistakes, needed=False)
        if folder is None or text is None:
            return "", frozenset() if self._mistakes.number == before else None
        return text, shape_keys(text, folder.shown_file(MAP), self._mistakes)

    def _map_folder(self) -> Folder | None:
        """Return where the map is: the folder, or the scenario of the library that ``map_of`` names."""
        node = self._documents["scenario.yaml"].node
        named = node.content.get(MAP_OF) if node is not None and isinstance(node.content, dict) else None
        if named is None or named.content is None:
            return self._folder
        file = self._folder.shown_file("scenario.yaml")
        if (self._folder.path / MAP).exists():
            message = f"the folder has a {MAP} of its own; take one of the two away"
            self._mistakes.add(file, named.line, named.column, message)
            return None
        return library_folder(named, self._library, file, self._mistakes)

    def _read_posterior(self) -> Posterior | None:
        """Return the fit that lies in the folder, else that of the scenario whose parameters are taken over."""
        parameters = self._documents[PARAMETERS].document
        found = read_fit(self._folder, self._documents[POSTERIOR], parameters, self._mistakes)
        inheritance = self._taken.inheritance
        if found is not None or inheritance is None:
            return found
        origin = self._library[inheritance.scenario]
        return taken_over(Folder(origin, str(origin)), inheritance, parameters, self._mistakes)

    def check_sources(self) -> None:
        """Note every source that is neither in the bibliography nor the word for an assumption."""
        if self._sources is None:
            return
        known = {*self._sources, ASSUMED}
        for name, part in self._documents.items():
            for node in part.node.walk() if part.node is not None else ():
                source = node.scalar("source")
                if isinstance(source, str) and source not in known:
                    line, column = node.find(("source",))
                    self._note(name, line, column, source, known)
        for name, table in self._tables.items():
            for override in table.overrides:
                if override.source not in known:
                    place = table.find((override.row, override.column + SOURCE_SUFFIX))
                    self._note(name, *place, override.source, known)
        record = self._tables["record.csv"]
        for number, row in record.rows:
            if row.source not in known:
                self._note("record.csv", *record.find((number, "source")), row.source, known)

    def _note(self, name: str, line: int, column: int, source: str, known: set[str]) -> None:
        hint = "" if self._mistakes.full else nearest(source, known)
        message = f"the source {quoted(source)} is neither in {BIBLIOGRAPHY} nor '{ASSUMED}'{hint}"
        self._mistakes.add(self._folder.shown_file(name), line, column, message)

    def check_parts(self) -> None:
        """Note every mistake between the parts."""
        for finding in findings(self._draft()):
            if self._mistakes.full:
                self._mistakes.count_only(1)
                continue
            locate = self._locate(finding.file)
            self._mistakes.add(self._folder.shown_file(finding.file), *locate(finding.where), finding.worded())

    def _locate(self, file: str) -> Callable[[Way], tuple[int, int]]:
        if file in self._tables:
            return self._tables[file].find
        node = self._documents[file].node
        return (lambda _: (1, 1)) if node is None else node.find

    def _draft(self) -> Draft:
        header, palace = self._documents["scenario.yaml"], self._documents["palace.yaml"]
        tables = {name.removesuffix(".csv"): table.listing() for name, table in self._tables.items()}
        return Draft(
            id=header.field("id"), clock=header.field("clock"), currency=header.field("currency"),
            capital=header.field("capital"), tables=header.field("tables"), shocks=header.listing("shocks"),
            orders=header.listing("orders"), series=header.listing("series"), organisers=header.listing("organisers"),
            regions=tables["regions"], places=tables["places"], places_complete=self._tables["places.csv"].complete,
            forces=tables["forces"], sites=tables["sites"], record=tables["record"], offices=palace.listing("offices"),
            actors=palace.listing("actors"), blocs=self._documents["alliance.yaml"].listing("blocs"),
            shape_keys=self._shape_keys, parameters=self._documents["parameters.yaml"].document,
            calibration=self._documents[CALIBRATION].document,
        )  # fmt: skip

    def scenario(self) -> Scenario:
        """Return the scenario, once no mistake was found."""
        whole: dict[str, Any] = {name: part.document for name, part in self._documents.items()}
        rows = {name: tuple(row for _, row in table.rows) for name, table in self._tables.items()}
        scenario = Scenario(
            header=whole["scenario.yaml"], parameters=whole["parameters.yaml"], regions=rows["regions.csv"],
            places=rows["places.csv"], forces=rows["forces.csv"], sites=rows["sites.csv"], palace=whole["palace.yaml"],
            alliance=whole["alliance.yaml"], record=rows["record.csv"],
            sources={**self._taken.sources, **(self._sources or {})}, parameters_from=self._taken.inheritance,
            map_shapes=self._shapes, calibration=whole[CALIBRATION],
        )  # fmt: skip
        if self._posterior is None:
            return scenario
        same = self._posterior.provenance.scenario_hash == scenario_hash(scenario)
        return scenario.model_copy(update={"posterior": self._posterior.model_copy(update={"same_data": same})})
