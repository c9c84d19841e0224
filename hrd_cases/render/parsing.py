"""Bounds of the PDF parser, the same in every process that opens one, and what it raises for an odd file."""

import pikepdf

MAX_IMAGE_STREAM = 256 * 1024**2
FAULTS = (
    *(pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError, TypeError),
    *(AttributeError, IndexError, RuntimeError),
)


def limit_parsers() -> None:
    """Give the PDF parser its limits; once, before anything is opened."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1000, parser_max_nesting=100, parser_max_container_size=2_000_000, max_stream_filters=5,
        flate_max_memory=MAX_IMAGE_STREAM, run_length_max_memory=MAX_IMAGE_STREAM, png_max_memory=MAX_IMAGE_STREAM,
        tiff_max_memory=MAX_IMAGE_STREAM, dct_max_memory=MAX_IMAGE_STREAM, dct_max_progressive_scans=100,
    )  # fmt: skip
