"""Runs all benchmarks one after the other, as `make benchmark` does."""

from benchmarks import drug_page, import_ratings, search

for script in (import_ratings, drug_page, search):
    print(f"\n## {script.__name__}\n", flush=True)
    script.main()
