"""The figures in sentences."""

import sys
from typing import Any


def tell(results: Any, found: dict[str, Any]) -> None:
    print(
        f"\n {found['cores']} cores, load before {found['load_before']}; the generator shares them"
    )
    for part in (_talk, _half, _single, _cost, _marks, _idle, _verdict):
        part(results.wish, found)
    for failure in found["failures"]:
        print(f" failed: {failure}", file=sys.stderr)
    for example in results.verdict.examples:
        print(f" not clean: {example}", file=sys.stderr)


def _talk(wish: Any, f: dict[str, Any]) -> None:
    if "messages_per_s" not in f:
        return
    low, high = f["messages_per_s_spread"]
    print(
        f" closed loop, {wish.pairs} pairs, {wish.in_flight} in flight each, {wish.how}; medians of"
        f" {wish.rounds} rounds, alternated\n"
        f"   straight     {f['messages_per_s']:6} messages/s ({low} to {high}), {f['delivered_per_s']}"
        f" heard by the other side; ack p50 {f['p50_ms']} p99 {f['p99_ms']} ms, heard p50"
        f" {f['delivered_p50_ms']} p99 {f['delivered_p99_ms']} ms"
    )
    low, high = f["door_messages_per_s_spread"]
    print(
        f"   through Caddy{f['door_messages_per_s']:6} messages/s ({low} to {high}); heard p50"
        f" {f['door_delivered_p50_ms']} p99 {f['door_delivered_p99_ms']} ms"
    )
    low, high = f["pgbench_spread"]
    print(
        f"   pgbench      {f['pgbench_per_s']:6} transactions/s ({low} to {high}) at"
        f" {f['pgbench_clients']} clients: begin, update, insert, commit"
        f" {f['pgbench_by_clients']}\n"
        f"   pgbench      {f['pgbench_one_statement_per_s']:6} with both in one statement, at"
        f" {f['pgbench_one_statement_clients']} clients\n"
        f"   ratio        {f['ratio_to_pgbench']} straight, {f['door_ratio']} through Caddy;"
        f" {f['ratio_to_pgbench_one_statement']} straight to the one statement\n"
        f"   CPU          {f['cpu_us_per_delivered']} us a delivered message (live and postgres)"
        f" {f['cpu_us_by_process']}; through Caddy {f['door_cpu_us_per_delivered']} with it"
        f" {f['door_cpu_us_by_process']}; generator {f['generator_us_per_message']} us;"
        f" {f['cores_busy']} cores busy"
    )


def _half(_wish: Any, f: dict[str, Any]) -> None:
    for name, words in (("", "straight"), ("door_", "through Caddy")):
        if f"{name}half_per_s" in f:
            print(
                f" at half, open loop, {words}: {f[f'{name}half_per_s']} messages/s, to the other side's"
                f" socket p50 {f[f'{name}p50_half_ms']} p99 {f[f'{name}p99_half_ms']} ms,"
                f" {f[f'{name}cpu_us_per_delivered_half']} us of CPU each"
            )


def _single(_wish: Any, f: dict[str, Any]) -> None:
    if "single_p50_ms" in f:
        print(
            f" one send on an idle system: ack p50 {f['single_p50_ms']} p99 {f['single_p99_ms']} ms,"
            f" heard p50 {f['single_delivered_p50_ms']} ms"
        )


def _cost(_wish: Any, f: dict[str, Any]) -> None:
    if "cost_us_per_message" in f:
        print(
            f" CPU a message by pairs (us), without what the house uses when nobody talks"
            f" ({f['quiet_cpu_percent']} % of a core): {f['cost_us_per_message']}; up and down"
            f" {f['cost_us_up_and_down']}; live {f['cost_us_live']}, postgres"
            f" {f['cost_us_postgres']}; messages in a commit {f['cost_batch']}; messages/s"
            f" {f['rate_by_pairs']}; cores busy {f['cost_cores_busy']}"
        )


def _marks(_wish: Any, f: dict[str, Any]) -> None:
    if "with_marks_per_s" in f:
        print(
            f" with delivery and read marks as browsers send them (2 a second and side):"
            f" {f['with_marks_per_s']} messages/s, {f['with_marks_told_per_s']} marks told a second,"
            f" {f['with_marks_cost_us']} us a message"
        )


def _idle(_wish: Any, f: dict[str, Any]) -> None:
    for name, words in (("", "straight"), ("door_", "through Caddy")):
        if f"{name}idle_sockets" in f:
            print(
                f" {f[f'{name}idle_sockets']} idle sockets {words} (opened {f[f'{name}idle_opened_per_s']}/s):"
                f" {f[f'{name}idle_kb_per_socket']} kB (PSS) of the live process each,"
                f" {f[f'{name}idle_cpu_percent']} % of a core; all: kB {f[f'{name}idle_kb_by_process']},"
                f" % {f[f'{name}idle_cpu_by_process']}"
            )


def _verdict(_wish: Any, f: dict[str, Any]) -> None:
    if "lost" in f:
        print(
            f" read back: {f['acknowledged']} acknowledged, {f['lost']} lost, {f['doubled']} doubled,"
            f" {f['gaps']} gaps, {f['out_of_order']} out of order, {f['unanswered']} unanswered;"
            f" {f['busy']} times busy"
        )
