.PHONY: build test bench bench-agency format tidy sanitize clean

build:
	scripts/setup
	scripts/build build

test:
	./test

bench: build
	python3 bench/run.py

bench-agency: build
	scripts/setup bench
	python3 bench/agency.py

format:
	scripts/setup ci
	scripts/format

tidy: build
	scripts/setup ci
	scripts/tidy

sanitize:
	scripts/setup ci
	scripts/sanitize

clean:
	rm -rf build build-*/
