.PHONY: build test bench format tidy coverage clean

build:
	scripts/setup
	scripts/build build

test:
	./test

bench: build
	python3 bench/run.py

format:
	scripts/setup ci
	scripts/format

tidy: build
	scripts/setup ci
	scripts/tidy

coverage:
	scripts/setup ci
	scripts/coverage

clean:
	rm -rf build build-*/
