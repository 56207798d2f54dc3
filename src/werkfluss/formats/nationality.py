"""Nationalities as German lists write them (an adjective, a country, a code) as ISO 3166-1 alpha-2."""

from __future__ import annotations

from .values import country_code

# No library ships German adjectives of nationality; endings (-e, -er, -en) are cut before the look-up.
_ADJECTIVES = {
    "afghanisch": "AF", "ägyptisch": "EG", "albanisch": "AL", "algerisch": "DZ", "amerikanisch": "US",
    "us-amerikanisch": "US", "argentinisch": "AR", "armenisch": "AM", "aserbaidschanisch": "AZ",
    "äthiopisch": "ET", "australisch": "AU", "bangladeschisch": "BD", "belarussisch": "BY", "belgisch": "BE",
    "bolivianisch": "BO", "bosnisch": "BA", "bosnisch-herzegowinisch": "BA", "brasilianisch": "BR",
    "britisch": "GB", "bulgarisch": "BG", "chilenisch": "CL", "chinesisch": "CN", "dänisch": "DK",
    "deutsch": "DE", "ecuadorianisch": "EC", "eritreisch": "ER", "estnisch": "EE", "finnisch": "FI",
    "französisch": "FR", "georgisch": "GE", "ghanaisch": "GH", "griechisch": "GR", "indisch": "IN",
    "indonesisch": "ID", "irakisch": "IQ", "iranisch": "IR", "irisch": "IE", "isländisch": "IS",
    "israelisch": "IL", "italienisch": "IT", "japanisch": "JP", "jordanisch": "JO", "kamerunisch": "CM",
    "kanadisch": "CA", "kasachisch": "KZ", "kenianisch": "KE", "kolumbianisch": "CO", "kosovarisch": "XK",
    "kroatisch": "HR", "kubanisch": "CU", "lettisch": "LV", "libanesisch": "LB", "liechtensteinisch": "LI",
    "litauisch": "LT", "luxemburgisch": "LU", "malaysisch": "MY", "maltesisch": "MT", "marokkanisch": "MA",
    "mazedonisch": "MK", "nordmazedonisch": "MK", "mexikanisch": "MX", "moldauisch": "MD", "montenegrinisch": "ME",
    "nepalesisch": "NP", "neuseeländisch": "NZ", "niederländisch": "NL", "nigerianisch": "NG", "norwegisch": "NO",
    "österreichisch": "AT", "pakistanisch": "PK", "peruanisch": "PE", "philippinisch": "PH", "polnisch": "PL",
    "portugiesisch": "PT", "rumänisch": "RO", "russisch": "RU", "schwedisch": "SE", "schweizerisch": "CH",
    "senegalesisch": "SN", "serbisch": "RS", "slowakisch": "SK", "slowenisch": "SI", "somalisch": "SO",
    "spanisch": "ES", "sri-lankisch": "LK", "südafrikanisch": "ZA", "südkoreanisch": "KR", "koreanisch": "KR",
    "syrisch": "SY", "thailändisch": "TH", "tschechisch": "CZ", "tunesisch": "TN", "türkisch": "TR",
    "ukrainisch": "UA", "ungarisch": "HU", "usbekisch": "UZ", "venezolanisch": "VE", "vietnamesisch": "VN",
    "zyprisch": "CY",
}  # fmt: skip
_ENDINGS = ("e", "er", "en", "es")


def nationality_code(text: str | None) -> str | None:
    """The state of a nationality; ``None`` if it is not understood, never a guess."""
    word = (text or "").strip()
    if not word:
        return None
    folded = word.casefold()
    for candidate in (folded, *(folded.removesuffix(ending) for ending in _ENDINGS)):
        if candidate in _ADJECTIVES:
            return _ADJECTIVES[candidate]
    return country_code(word)
