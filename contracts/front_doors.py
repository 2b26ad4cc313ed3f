"""One module enters another only by its doors: `types`, `events`, `queries`, `services`."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FrontDoorsContract(Contract):
    """`floors`: packages whose children are modules; `doors`: what others may import of a module.

    A name in `doors` may hold one dot (`messages.services`): a package inside a module with doors
    of its own. `everyone` lists importers that may enter anywhere (settings, tests).
    """

    type_name = "front_doors"
    floors = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001  # the base class's signature
        del verbose
        broken = [
            (importer, imported)
            for module in self._modules(graph)
            for imported in sorted({module} | graph.find_descendants(module))
            if not self._is_door(imported.removeprefix(module + "."), imported == module)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not importer.startswith(module + ".")
            and importer != module
            and ".tests" not in importer
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _modules(self, graph: ImportGraph) -> list[str]:
        return sorted(
            child
            for floor in self.floors  # type: ignore[attr-defined]
            for child in graph.find_children(floor)
        )

    def _is_door(self, tail: str, is_module_itself: bool) -> bool:  # noqa: FBT001  # a claim, not a switch
        doors: Any = self.doors
        return is_module_itself or any(
            tail == door or tail.startswith(door + ".") for door in doors
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} enters {imported}, which is not a door.")
