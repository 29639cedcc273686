# `make` prints the targets. PROFILE=release makes the fast binary (and takes longer to build).
PROFILE ?= dev
CARGO ?= cargo
VENV ?= target/venv
OUTPUT ?= output
LOG ?= plain
BIN := target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/dalel
GOLD := $(sort $(wildcard tests/gold/*.jsonl))
# own_*.jsonl stay out of training: they measure what was not seen.
TRAINING := $(sort $(wildcard tests/gold/dev_*.jsonl tests/gold/extra_*.jsonl))

.DEFAULT_GOAL := help
.PHONY: help build sample sample-corpus daily backfill release test check train eval floor reading-test publish-test wheel wheel-test spark-test site site-test docs fixture bench bench-stages bench-peers bench-dedup bench-extract bench-content bench-parquet bench-warc clean-output

help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the program
	$(CARGO) build --profile $(PROFILE)

sample: build ## Run the whole pipeline on the embedded sample and tell what came out
	$(BIN) --quiet run pipelines/sample.toml --output $(OUTPUT)/sample
	$(BIN) summary $(OUTPUT)/sample

sample-corpus: ## Write pipelines/sample/ anew from tests/gold/
	python3 tests/make_sample.py

daily: build ## Fetch what is new; tables and a release of everything up to today
	$(BIN) --log $(LOG) fetch pipelines/daily.toml --output $(OUTPUT)
	$(BIN) --log $(LOG) run pipelines/daily.toml --input $(OUTPUT)/snapshots --output $(OUTPUT)
	$(BIN) --log $(LOG) sources expect --job pipelines/daily.toml --output $(OUTPUT)

backfill: build ## Tables and a release of everything ever fetched, or of WARC="FILE..."
	$(BIN) --log $(LOG) run pipelines/backfill.toml $(if $(WARC),$(addprefix --input ,$(WARC)),) --output $(OUTPUT)

# Which job is released, and where its evaluation lies.
JOB ?= backfill
EVALUATION ?= $(OUTPUT)/eval/accuracy.json

release: build ## A release of JOB (backfill) with the evaluation of exactly this version; JOB=sample for the sample
	@mkdir -p $(dir $(EVALUATION))
	$(BIN) --knowledge . eval --gold $(GOLD) --json > $(EVALUATION)
	$(BIN) --log $(LOG) run pipelines/$(JOB).toml $(addprefix --input ,$(INPUT)) --accuracy $(EVALUATION) --output $(OUTPUT)
	$(BIN) validate $(OUTPUT)/release/$$(ls $(OUTPUT)/release | sort -V | tail -1)

train: build ## Fit the models that weigh candidates, from the development gold and the neutral corpus
	$(BIN) train --gold $(TRAINING) tests/neutral/*.jsonl

eval: build ## Accuracy on the gold articles; fails below tests/gold/floor.json
	$(BIN) eval --gold $(GOLD) --min-f1 tests/gold/floor.json

floor: build ## Accept the present accuracy as the new floor
	$(BIN) eval --gold $(GOLD) --write-floor tests/gold/floor.json

test: check eval reading-test publish-test wheel-test ## Everything that CI runs (site-test and spark-test need Node.js and Java)

check: ## Format, lints, documentation, unit and integration tests
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items
	$(CARGO) test --workspace --no-fail-fast

reading-test: build $(VENV)/ready ## pandas, Polars, DuckDB, Arrow C++, R (where it is), frictionless, Croissant and warcio read what dalel writes
	$(BIN) --quiet run pipelines/sample.toml --output target/sample >/dev/null
	$(VENV)/bin/python tests/python/reading.py target/sample/release/*
	$(VENV)/bin/python tests/python/archive.py $(BIN)
	$(VENV)/cff/bin/cffconvert --validate -i "$$(ls -d target/sample/release/*)/CITATION.cff"
	$(VENV)/cff/bin/cffconvert --validate -i CITATION.cff

publish-test: build $(VENV)/ready ## dalel publish --to a real S3 server (rclone), a folder, and a stand-in of the Hugging Face Hub
	$(BIN) --quiet run pipelines/sample.toml --output target/sample >/dev/null
	$(VENV)/bin/python tests/python/publishing.py $(BIN) target/sample

$(VENV)/ready: tests/python/requirements.txt
	@python3 -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
		{ [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && python3 -m venv $(VENV); } || \
		{ echo "the reading test needs Python with venv: sudo apt-get install python3-venv" >&2; exit 1; }; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r tests/python/requirements.txt
	@# cffconvert needs a jsonschema that frictionless is too new for.
	@python3 -m venv $(VENV)/cff
	$(VENV)/cff/bin/pip install --quiet --disable-pip-version-check "cffconvert>=2.0"
	@touch $@

# PROFILE of the wheel, and where it goes.
WHEEL_PROFILE ?= release
WHEELS ?= python/dist

wheel: target/venv-maturin/ready ## The Python wheel, for CPython 3.11 and later, in python/dist
	rm -f $(WHEELS)/dalel-*.whl
	target/venv-maturin/bin/maturin build --manifest-path python/Cargo.toml --locked --strip --profile $(WHEEL_PROFILE) --out $(WHEELS)

# pip comes from $(VENV)/ready, which installs venv where it can.
target/venv-maturin/ready: $(VENV)/ready
	python3 -m venv target/venv-maturin
	target/venv-maturin/bin/pip install --quiet --disable-pip-version-check "maturin>=1.9,<2"
	@touch $@

# A debug build reads the data files of this checkout; what `make wheel` builds has them within.
wheel-test: ## The wheel in a clean virtual environment: its examples, types and mistakes, with pandas, Polars and DuckDB
	$(MAKE) --no-print-directory wheel WHEEL_PROFILE=$(PROFILE) WHEELS=target/wheels
	rm -rf target/venv-wheel && python3 -m venv target/venv-wheel
	target/venv-wheel/bin/pip install --quiet --disable-pip-version-check "$$(ls target/wheels/dalel-*.whl)[test]"
	cd python && ../target/venv-wheel/bin/pytest tests/test_dalel.py

SPARK_VENV ?= target/venv-spark
SPARK_PAGES ?= 5000
SPARK_TESTS ?=

spark-test: ## Two executors of Spark give the tables of a local run, row for row; killed ones change nothing (needs Java)
	@command -v java >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq default-jre-headless >/dev/null; } || \
		{ echo "Spark needs Java 17 or later: sudo apt-get install default-jre-headless" >&2; exit 1; }
	$(MAKE) --no-print-directory wheel WHEELS=target/wheels
	[ -x $(SPARK_VENV)/bin/python ] || python3 -m venv $(SPARK_VENV)
	$(SPARK_VENV)/bin/pip install --quiet --disable-pip-version-check "$$(ls target/wheels/dalel-*.whl)[spark,test]"
	$(SPARK_VENV)/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/wheels/dalel-*.whl
	[ -e target/bench/pages-$(SPARK_PAGES) ] || python3 benches/end_to_end/make_pages.py target/bench/pages-$(SPARK_PAGES) $(SPARK_PAGES)
	cd python && PAGES=$(abspath target/bench/pages-$(SPARK_PAGES)) $(abspath $(SPARK_VENV))/bin/pytest -s tests/test_spark.py $(SPARK_TESTS)

# Clusters of five articles each.
CLUSTERS ?= 10000

bench-dedup: ## Near duplicates beside gaoya: recall, precision, articles a processor second, memory; CLUSTERS="2000 200000"
	$(CARGO) run --release --manifest-path benches/peers/Cargo.toml --target-dir target/peers -- $(CLUSTERS)

BENCH_PAGES ?= 20000

bench-stages: ## Each stage by itself, on one core: read, clean, extract, dedup, Arrow
	$(CARGO) bench --bench stages

bench: ## The whole pipeline, stage by stage, on BENCH_PAGES pages of 16 KB, beside the Python stack
	$(CARGO) build --release --bin dalel
	[ -e target/bench/pages-$(BENCH_PAGES) ] || python3 benches/end_to_end/make_pages.py target/bench/pages-$(BENCH_PAGES) $(BENCH_PAGES)
	python3 benches/end_to_end/bench.py target/release/dalel target/bench/pages-$(BENCH_PAGES) \
		$(if $(wildcard target/venv-peers/ready),--peers target/venv-peers/bin/python)

bench-peers: ## Install what `make bench` compares with: trafilatura, natasha, datasketch, pyarrow
	python3 -m venv target/venv-peers
	target/venv-peers/bin/pip install --quiet --disable-pip-version-check -r benches/end_to_end/requirements.txt
	@touch target/venv-peers/ready

# Megabytes of content, and where the archive is made.
WARC_MB ?= 1000
WARC_FILE ?= target/bench.warc.gz

bench-extract: ## Texts of 7 KB that extract reads a processor second, its start and its memory
	$(CARGO) build --release --example extract_speed
	target/release/examples/extract_speed $(wildcard tests/gold/dev_ru_*.jsonl)
	target/release/examples/extract_speed $(wildcard tests/gold/dev_kk*.jsonl)
	target/release/examples/extract_speed tests/neutral/ru.jsonl

bench-warc: ## MB a processor second, and the most memory, when an archive like CC-NEWS is read
	$(CARGO) build --release --example read_warc
	target/release/examples/read_warc make $(WARC_FILE) $(WARC_MB)
	target/release/examples/read_warc read $(WARC_FILE)
	target/release/examples/read_warc read $(WARC_FILE) outlet007.kz
	rm -f $(WARC_FILE)

bench-parquet: $(VENV)/ready ## Rows a second when a table of 25 columns is written, beside pyarrow and polars
	$(CARGO) build --release --example write_table
	$(VENV)/bin/python benches/tables.py target/release/examples/write_table target/bench-parquet/mentions.parquet

BENCHMARK ?= ../shared/bench/article-extraction-benchmark

bench-content: ## Main content beside its peers, on scrapinghub's benchmark at BENCHMARK and on pages of 16 KB
	python3 tests/make_bench_pages.py target/pages-16k
	$(CARGO) run --release --manifest-path benches/content_peers/Cargo.toml --target-dir target/peers -- $(BENCHMARK) target/pages-16k

fixture: ## Write the golden pages of tests/pages/ and what the cleaner reads of them; review the diff
	python3 tests/make_pages.py
	DALEL_FIXTURE=1 $(CARGO) test --test clean golden
	python3 tests/make_pages.py --check

RELEASE ?= $(lastword $(sort $(wildcard $(OUTPUT)/sample/release/*)))
SITE ?= $(OUTPUT)/site

site: site/node_modules/.package-lock.json ## A static site of RELEASE (the sample's, unless given), in SITE
	@[ -n "$(RELEASE)" ] || { echo "no release: \`make sample\` makes one, or name yours: make site RELEASE=…" >&2; exit 1; }
	cd site && node build.mjs --release "$(abspath $(RELEASE))" --output "$(abspath $(SITE))"
	@echo "Put $(SITE) on any web server. To look at it here: python3 -m http.server --directory $(SITE)"

CHROMIUM ?= /usr/bin/chromium

site-test: build site/node_modules/.package-lock.json ## The site in headless Chromium: 100,000 events, hostile texts, three languages, phone
	@[ -x $(CHROMIUM) ] || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		{ echo "the site's test needs Chromium: sudo apt-get install chromium, or CHROMIUM=…" >&2; exit 1; }
	$(BIN) --quiet run pipelines/sample.toml --output target/sample >/dev/null
	$(CARGO) run --quiet --profile $(PROFILE) --example synthetic_release -- target/synthetic
	cd site && npm run --silent check && RELEASE="$$(ls -d $(abspath target/sample)/release/*)" SYNTHETIC="$$(ls -d $(abspath target/synthetic)/release/*)" \
		CHROMIUM=$(CHROMIUM) SCREENSHOTS=$(SCREENSHOTS) npm test --silent

site/node_modules/.package-lock.json: site/package.json site/package-lock.json
	@command -v npm >/dev/null || { echo "the site needs Node.js 20 or later with npm" >&2; exit 1; }
	cd site && npm ci --silent --no-audit --no-fund
	@touch $@

docs: ## Build and open the library's documentation
	$(CARGO) doc --no-deps --open

clean-output: ## Remove what the runs wrote
	find $(OUTPUT) -mindepth 1 ! -name README.md -delete
