"""ISO 4217: which currencies there are, how many digits their minor unit has, how Chinese names them."""

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL
BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP
ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())

_NO_DIGITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

CHINESE_NAMES = {
    "CNY": "元", "GBP": "英镑", "USD": "美元", "EUR": "欧元", "JPY": "日元", "HKD": "港元", "TWD": "新台币",
    "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元", "KRW": "韩元", "CHF": "瑞士法郎",
}  # fmt: skip
"""The canonical Chinese unit; other currencies are written by their code."""

_ALIASES = {"人民币": "CNY", "块": "CNY", "港币": "HKD", "¥": "CNY", "￥": "CNY", "£": "GBP", "€": "EUR"}


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of *currency* has."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def currency_of(unit: str) -> str | None:
    """The ISO code that *unit* (a code, a Chinese name or a sign) stands for."""
    if unit.upper() in CURRENCIES:
        return unit.upper()
    by_name = {name: code for code, name in CHINESE_NAMES.items()}
    return by_name.get(unit) or _ALIASES.get(unit)
