"""The figures in sentences."""

from typing import Any


def tell(f: dict[str, Any]) -> None:
    print(
        f"\n {f['cores']} cores; {f['rows']} messages of {f['mean_text_bytes']} bytes of text in"
        f" {f['conversations']} conversations, filled in {f['filled_s']} s"
    )
    print(f" {f['bytes_per_message']} bytes each, all in:")
    for name, size in f["bytes"]["per_message"].items():
        print(f"   {name:28} {size:7} B, {f['gb_at_100_million'][name]:5} GB at 100 million")
    print(f"   {'all':28} {f['bytes_per_message']:7} B, {f['gb_at_100_million']['all']:5} GB")
    print(f" for each conversation: {f['bytes']['per_conversation']}")
    print(f" a month {f['partition']}, sealed {f['sealed_partition']} in {f['seal_s_each']} s")
    for name in ("old", "new"):
        times = f[name]
        print(
            f" {name:3} month: a page p50 {times['page']['p50_ms']} p99 {times['page']['p99_ms']} ms,"
            f" a batch of {times['batch_size']} {times['batch']['p50_ms']}"
            f" / {times['batch']['p99_ms']} ms, a single send {times['single']['p50_ms']}"
            f" / {times['single']['p99_ms']} ms"
        )
    print(
        f" counters: {f['counter_updates']} updates, {f['hot_ratio']:.1%} within their page (HOT)"
    )
    print(
        f" search: {f['indexed']} conversations entered, {f['indexed_per_s']}/s,"
        f" {f['index_cpu_ms_each']} ms CPU each"
    )
    for who, by_query in f["search_ms"].items():
        for query, found in by_query.items():
            print(
                f"   {who:8} {query:8} {found['found']:3} shown, p50 {found['p50']},"
                f" at most {found['max']} ms"
            )
