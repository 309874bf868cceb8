"""Makes the small parquet files beside this script (pyarrow 26, pandas 3): types that people save and columns that
hold no series. The series is 60 + hour % 7 at hourly stamps from 2024-01-01, 48 rows.

    python make_parquet.py
"""

import datetime as dt
import decimal
import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent / "parquet"
ROWS = 48
START = dt.datetime(2024, 1, 1)
STAMPS = [START + dt.timedelta(hours=hour) for hour in range(ROWS)]
EPOCH = [1_704_067_200 + 3600 * hour for hour in range(ROWS)]
LEVEL = [60 + hour % 7 for hour in range(ROWS)]


def save(name, columns, **options):
    pq.write_table(pa.table(columns), HERE / f"{name}.parquet", compression="snappy", **options)


def stamps(unit="us", tz=None):
    return pa.array(STAMPS, pa.timestamp(unit)).cast(pa.timestamp(unit, tz))


save(
    "numbers",
    {
        "time": stamps(),
        "decimal": pa.array([decimal.Decimal(level).scaleb(-2) for level in LEVEL], pa.decimal128(10, 2)),
        "float16": pa.array(np.array(LEVEL, np.float16)),
        "float32": pa.array(LEVEL, pa.float32()),
        "int8": pa.array(LEVEL, pa.int8()),
        "int16": pa.array(LEVEL, pa.int16()),
        "uint8": pa.array(LEVEL, pa.uint8()),
        "uint16": pa.array(LEVEL, pa.uint16()),
        "uint64": pa.array(LEVEL, pa.uint64()),
        "text": pa.array([f"{level},5" for level in LEVEL]),
        "category": pa.array([str(level) for level in LEVEL]).dictionary_encode(),
        "number_category": pa.array(LEVEL, pa.int64()).dictionary_encode(),
        "nothing": pa.nulls(ROWS),
        "truth": pa.array([level > 62 for level in LEVEL]),
    },
)
save(
    "nested",
    {
        "time": stamps(),
        "list": pa.array([[level] for level in LEVEL]),
        "struct": pa.array([{"a": level} for level in LEVEL]),
        "map": pa.array([[("a", level)] for level in LEVEL], pa.map_(pa.string(), pa.int64())),
        "bytes": pa.array([b"\xff\xfe"] * ROWS, pa.binary()),
        "duration": pa.array([dt.timedelta(seconds=level) for level in LEVEL]),
        "level": pa.array(LEVEL, pa.float64()),
    },
)
for unit in ["s", "ms", "us", "ns"]:
    save(f"stamps_{unit}", {"time": stamps(unit), "level": LEVEL})
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    save(f"epoch_{unit}", {"time": pa.array([second * scale for second in EPOCH]), "level": LEVEL})
save("zoned", {"time": stamps("ns", "America/New_York"), "level": LEVEL})
save("int96", {"time": stamps("ns"), "level": LEVEL}, use_deprecated_int96_timestamps=True)
save(
    "date_and_time",
    {
        "date": pa.array([stamp.date() for stamp in STAMPS], pa.date32()),
        "time": pa.array([stamp.time() for stamp in STAMPS], pa.time64("us")),
        "level": LEVEL,
    },
)
index = pd.DatetimeIndex(STAMPS)
pd.DataFrame({"level": LEVEL}, index=index).to_parquet(HERE / "unnamed_index.parquet")
pd.DataFrame({"level": LEVEL}).to_parquet(HERE / "range_index.parquet")


def encoded(name, encodings, **options):
    """Every fifth value is missing; the stamps are required. Uncompressed, so that a changed byte reaches the decoder."""

    def gappy(values, kind):
        return pa.array([None if row % 5 == 3 else value for row, value in enumerate(values)], kind)

    columns = {
        "time": stamps(),
        "level": gappy(LEVEL, pa.float64()),
        "small": gappy(LEVEL, pa.int32()),
        "large": gappy(EPOCH, pa.int64()),
        "text": gappy([f"{level}.25" for level in LEVEL], pa.string()),
        "truth": gappy([level > 62 for level in LEVEL], pa.bool_()),
        "decimal": gappy([decimal.Decimal(level).scaleb(-2) for level in LEVEL], pa.decimal128(20, 2)),
    }
    fields = [pa.field(key, column.type, nullable=key != "time") for key, column in columns.items()]
    table = pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))
    given = {"use_dictionary": False, "column_encoding": encodings} if encodings else {}
    pq.write_table(
        table, HERE / f"{name}.parquet", compression="none", store_schema=False, write_statistics=False,
        data_page_size=200, write_batch_size=12, **given, **options,
    )


DELTA = {"time": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "large": "DELTA_BINARY_PACKED"}
for version in ["1.0", "2.0"]:
    short = version[0]
    encoded(f"dictionary_v{short}", None, data_page_version=version)
    encoded(f"plain_v{short}", {"level": "PLAIN", "text": "PLAIN"}, data_page_version=version)
    delta = DELTA | {"text": "DELTA_LENGTH_BYTE_ARRAY", "level": "BYTE_STREAM_SPLIT", "truth": "RLE"}
    encoded(f"delta_v{short}", delta, data_page_version=version)
    encoded(f"leaning_v{short}", {"text": "DELTA_BYTE_ARRAY", "large": "BYTE_STREAM_SPLIT"}, data_page_version=version)
