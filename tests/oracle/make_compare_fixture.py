#!/usr/bin/env python3
"""Write tests/data/compare.txt: users' values of several systems and what tests/oracle/compare.py
says of them.

    python3 tests/oracle/make_compare_fixture.py > tests/data/compare.txt

Cases hold users that only some systems have, users in another order in each report, values that
are not known, ties, a system beside itself, several runs with other users in each, one user
alone, and real differences. Line by line:

    case SYSTEMS RUNS CONFIDENCE
    report USERS                                          (SYSTEMS * RUNS times)
    ID PRECISION RECALL F1 NDCG HIT MAP MRR AUC           (USERS times; nan: not known)
    users COMMON DIFFERENCES
    SYSTEM METRIC VALUE BASELINE DIFFERENCE LOW HIGH P WILCOXON HOLM SIGNIFICANT
"""

import random

from compare import METRICS, compare

COLUMNS = ("value", "baseline", "difference", "low", "high", "p", "p_wilcoxon", "p_holm")


def value_of(rng, kind, shift):
    """Eighths make ties and zeros, and are added up without rounding; others make neither."""
    if kind == "ties":
        return min(8, max(0, rng.randint(0, 8) + shift)) / 8
    return rng.random() + shift


def random_report(rng, users, kind, shift, missing, unknown):
    here = [user for user in users if rng.random() >= missing]
    rng.shuffle(here)
    return {user: {metric: None if metric == "auc" or rng.random() < unknown
                   else value_of(rng, kind, shift) for metric in METRICS} for user in here}


def random_case(rng, systems, runs, users, kind, shift, missing=0.0, unknown=0.0):
    ids = [rng.choice(("u%d", "%d", "0%d")) % (rng.randint(0, 9) * 100 + i) for i in range(users)]
    return [random_report(rng, ids, kind, shift * system, missing, unknown)
            for system in range(systems) for _ in range(runs)]


def number(value):
    return "nan" if value is None else repr(float(value))


def print_case(systems, runs, confidence, reports):
    print("case", systems, runs, confidence)
    for report in reports:
        print("report", len(report))
        for user, values in report.items():
            print(user, *(number(values[metric]) for metric in METRICS))
    users, rows = compare(reports, systems, runs, confidence)
    print("users", users, len(rows))
    for row in rows:
        print(row["system"], row["metric"], *(number(row[column]) for column in COLUMNS),
              row["significant"])


def main():
    rng = random.Random(1979)
    print_case(2, 1, 0.95, random_case(rng, 2, 1, 9, "free", 0.2))
    print_case(2, 1, 0.95, random_case(rng, 2, 1, 11, "free", 0.9))
    print_case(2, 1, 0.9, random_case(rng, 2, 1, 12, "ties", 1, missing=0.2))
    print_case(3, 1, 0.8, random_case(rng, 3, 1, 10, "ties", 2, missing=0.1, unknown=0.2))
    print_case(2, 2, 0.95, random_case(rng, 2, 2, 10, "ties", 1, missing=0.3))
    print_case(3, 3, 0.6, random_case(rng, 3, 3, 8, "free", 0.3, missing=0.3, unknown=0.3))
    print_case(4, 2, 0.99, random_case(rng, 4, 2, 11, "ties", 0, missing=0.1))
    print_case(2, 1, 0.95, random_case(rng, 2, 1, 1, "free", 0.1))
    once = random_case(rng, 1, 1, 10, "free", 0)
    print_case(2, 1, 0.95, once * 2)


if __name__ == "__main__":
    main()
