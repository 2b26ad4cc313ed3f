"""Which substances a name stands for: aliases, salts, forms and combinations, English and Chinese."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xinglin.care.prescribing.safety.forms import Forms
from xinglin.care.prescribing.safety.spelling import folded, is_chinese
from xinglin.kernel.text import Text

_MOST_STRIPS = 5
# Characters of a name inside a chain of names, and of a whole chain: longer ones are no names.
_LEAST_OF_A_PART, _MOST_OF_A_PART, _LONGEST_CHAIN = 2, 14, 40
_MOST_REMEMBERED = 50_000
_APART = re.compile(r"\s*(?:/|\+|&|、|,|;|\band\b|\bwith\b|与|和)\s*")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_STRENGTH = re.compile(
    r"\s*\d[\d.,:/x*]*\s*(?:mg|g|ug|mcg|μg|ml|l|iu|u|万单位|单位|%|毫克|克|微克)(?![a-z])\s*"
)
_COMPOUND = re.compile(r"^(?:复方|复合|compound |co-)")
_SALT_EN = re.compile(
    r"\s+(?:hydrochloride|dihydrochloride|hcl|hydrobromide|hydroiodide|hydrate|monohydrate|dihydrate"
    r"|trihydrate|hemihydrate|sesquihydrate|anhydrous|sodium|disodium|trisodium|potassium|dipotassium"
    r"|calcium|magnesium|zinc|lithium|aluminium|aluminum|meglumine|tromethamine|trometamol|lysine"
    r"|arginine|erbumine|maleate|fumarate|hemifumarate|succinate|hydrogen succinate|tartrate"
    r"|bitartrate|citrate|besylate|besilate|mesylate|mesilate|tosylate|tosilate|esylate|camsylate"
    r"|napsylate|sulfate|sulphate|hydrogen sulfate|bisulfate|bisulphate|phosphate|dihydrogen phosphate"
    r"|acetate|diacetate|lactate|gluconate|nitrate|bromide|chloride|iodide|carbonate|bicarbonate"
    r"|hydroxide|oxide|pamoate|embonate|palmitate|stearate|propionate|dipropionate|valerate|furoate"
    r"|xinafoate|pivalate|benzoate|salicylate|oxalate|malate|adipate|decanoate|enanthate|undecanoate"
    r"|ethylsuccinate|estolate|proxetil|axetil|pivoxil|medoxomil|cilexetil|alafenamide|disoproxil"
    r"|mofetil|etexilate|sodium phosphate|sodium succinate)$"
)
_SALT_FIRST = re.compile(r"^(?:sodium|disodium|potassium|calcium|magnesium|zinc)\s+")
_SALT_BEFORE = re.compile(
    r"^(?:二盐酸|盐酸|硫酸氢|硫酸|马来酸|富马酸|半富马酸|重酒石酸|酒石酸|琥珀酸|枸橼酸|柠檬酸|苯磺酸|甲磺酸"
    r"|甲苯磺酸|托西酸|对甲苯磺酸|乙磺酸|磷酸二氢|磷酸|二醋酸|醋酸|乙酸|氢溴酸|硝酸|乳糖酸|乳酸|葡萄糖酸"
    r"|二丙酸|丙酸|戊酸|糠酸|双羟萘酸|棕榈酸|苯甲酸|门冬氨酸|草酸|苹果酸|己二酸|昔萘酸|羟萘酸|癸酸|庚酸"
    r"|十一酸|琥乙|依托|注射用|重组人|重组|外用|吸入用|口服|小儿|儿童|精氨酸|赖氨酸|无水|碳酸|氢氧化|氧化"
    r"|氯化|溴化|碘化)"
)
_SALT_AFTER = re.compile(
    r"(?:琥珀酸钠|(?<!甘油)磷酸钠|二钠|单钠|钠盐|钠|二钾|钾|半水|钙|镁|锌|铝|氨丁三醇|叔丁胺|精氨酸|赖氨酸|盐酸盐|硫酸盐"
    r"|马来酸盐|酒石酸盐|水合物|一水合物|二水合物|三水合物|酯)$"
)

_METALS = ("钾", "镁", "钙", "锌", "铁", "铝", "锂", "potassium", "magnesium", "calcium", "zinc", "iron",
           "aluminium", "lithium")  # fmt: skip
# Salts of which the metal is all that acts; of another one the other part may, too.
_INERT = re.compile(
    r"(?:无水)?(?:氯化|碳酸氢|碳酸|枸橼酸|柠檬酸|葡萄糖酸|硫酸|氧化|氢氧化|乳酸|磷酸氢|磷酸二氢|磷酸|醋酸|乙酸"
    r"|苹果酸)[钾镁钙锌铁铝锂]"
    r"|(?:anhydrous )?(?:potassium|magnesium|calcium|zinc|iron|aluminium|aluminum|lithium)"
    r"(?: (?:hydrogen|dihydrogen|chloride|carbonate|bicarbonate|citrate|gluconate|sulfate|sulphate|oxide"
    r"|hydroxide|lactate|phosphate|acetate|malate|hydrate|monohydrate|dihydrate|trihydrate|anhydrous))*"
)

# A product that a list names and of which no substance is known: no substance itself.
PRODUCT = "product:"


@dataclass(frozen=True, slots=True)
class Name:
    """One substance. `id` is stable: the folded string of the source that knows it."""

    id: str
    text: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combination:
    """Names of a product that do not name its parts; `parts` are names of substances."""

    names: tuple[str, ...]
    parts: tuple[str, ...]
    may_hold_more: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """`missing`: parts of the name that stand for nothing here; a compound may hold more."""

    substances: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    may_hold_more: bool = False

    @property
    def known(self) -> frozenset[str]:
        """Substances, without products of which none is known."""
        return frozenset(each for each in self.substances if not each.startswith(PRODUCT))


@dataclass(slots=True)
class NameTable:
    """An alias that several substances share names a combination of them."""

    texts: Mapping[str, Text]
    _known: Mapping[str, frozenset[str]]
    _forms: Forms
    _combined: Mapping[str, Recognised] = field(default_factory=dict)
    _memory: dict[str, Recognised] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[Name], forms: Forms) -> "NameTable":
        known: dict[str, set[str]] = defaultdict(set)
        texts: dict[str, Text] = {}
        for name in names:
            texts.setdefault(name.id, name.text)
            for alias in (name.text.zh, name.text.en, *name.aliases):
                known[folded(alias)].add(name.id)
        known.pop("", None)
        frozen = {alias: frozenset(ids) for alias, ids in known.items()}
        return cls(MappingProxyType(texts), MappingProxyType(frozen), forms)

    def with_combinations(self, combinations: Iterable[Combination]) -> "NameTable":
        """Parts that no table knows are left out, and the product then holds more than we know."""
        combined: dict[str, Recognised] = {}
        for each in combinations:
            found = [self.recognise(part) for part in each.parts]
            known = frozenset().union(*(part.substances for part in found))
            is_more = each.may_hold_more or any(not part.substances for part in found)
            if known:
                whole = Recognised(known, may_hold_more=is_more)
                combined.update((folded(name), whole) for name in each.names)
        return NameTable(self.texts, self._known, self._forms, MappingProxyType(combined))

    def text_of(self, substance: str) -> Text:
        return self.texts.get(substance) or Text(substance, substance)

    def is_name(self, plain: str) -> bool:
        """Whether a table has it as it stands, folded."""
        return plain in self._known or plain in self._combined

    def recognise(self, name: str) -> Recognised:
        """Nothing, with the whole name as missing, when no part of it is known."""
        found = self._memory.get(name)
        if found is None:
            if len(self._memory) > _MOST_REMEMBERED:
                self._memory.clear()
            found = self._read(name)
            if found.substances and self._may_lack_a_part(name):
                found = replace(found, may_hold_more=True)
            self._memory[name] = found
        return found

    def _may_lack_a_part(self, name: str) -> bool:
        """Magnesium salicylate is no mere magnesium, though magnesium is all of it that is known."""
        metals = {self._known[metal] for metal in _METALS if metal in self._known}
        for piece in _APART.split(folded(name)):
            bare = _STRENGTH.sub(" ", _BRACKETS.sub(" ", self._forms.without(piece))).strip()
            is_told = self.is_name(piece) or self.is_name(bare)
            if not is_told and not _INERT.fullmatch(bare) and self._whole(piece) in metals:
                return True
        return False

    def _read(self, name: str) -> Recognised:
        plain = folded(name)
        for spelling in (plain, self._forms.without(plain)):
            if combined := self._combined.get(spelling):
                return combined
        whole = self._whole(plain)
        if whole:
            return Recognised(whole)
        if _COMPOUND.match(plain):
            rest = self._whole(_COMPOUND.sub("", plain))
            if rest:
                return Recognised(rest, may_hold_more=True)
        return self._parts(plain) or Recognised(missing=(name,))

    def _whole(self, plain: str) -> frozenset[str] | None:
        """By fewest words taken off: what is known by its full name is not taken apart."""
        seen = {plain}
        layer = [plain]
        for _ in range(_MOST_STRIPS):
            for spelling in layer:
                if found := self._known.get(spelling):
                    return found
            layer = [each for spelling in layer for each in self._shorter(spelling)]
            layer = [each for each in dict.fromkeys(layer) if each and each not in seen]
            seen.update(layer)
        return None

    def _shorter(self, plain: str) -> Iterator[str]:
        """Form before salt: 丙戊酸钠片 loses 片 first, and is known before it loses 钠."""
        yield self._forms.without(plain)
        yield _BRACKETS.sub(" ", plain).strip()
        yield _STRENGTH.sub(" ", plain).strip()
        if is_chinese(plain):
            yield _SALT_AFTER.sub("", plain)
            yield _SALT_BEFORE.sub("", plain)
        else:
            yield _SALT_EN.sub("", plain)
            yield _SALT_FIRST.sub("", plain)

    def _parts(self, plain: str) -> Recognised | None:
        plain = _BRACKETS.sub(" ", self._forms.without(plain)).strip()
        for pieces in (_APART.split(plain), plain.split("-")):
            told = [piece for piece in pieces if piece]
            found = [self._whole(piece) for piece in told]
            if len(told) > 1 and all(found):
                return Recognised(frozenset().union(*(each or frozenset() for each in found)))
        is_chain = is_chinese(plain) and len(plain) <= _LONGEST_CHAIN
        if is_chain and (chained := self._chained(plain)):
            return Recognised(chained)
        told = [piece for piece in _APART.split(plain) if piece]
        found = [self._whole(piece) for piece in told]
        if any(found):
            known = frozenset().union(*(each or frozenset() for each in found))
            return Recognised(
                known, tuple(p for p, each in zip(told, found, strict=True) if not each)
            )
        return None

    def _chained(self, plain: str) -> frozenset[str] | None:
        """氨氯地平阿托伐他汀钙: known names one after the other, with nothing between them."""
        ends: dict[int, frozenset[str]] = {0: frozenset()}
        for start in range(len(plain)):
            if start not in ends:
                continue
            last = min(len(plain), start + _MOST_OF_A_PART)
            for end in range(last, start + _LEAST_OF_A_PART - 1, -1):
                found = self._whole(plain[start:end]) if end not in ends else None
                if found:
                    ends[end] = ends[start] | found
        found = ends.get(len(plain))
        return found if found and len(found) > 1 else None
