.PHONY: build test it faults fuzz bench bench-kernels format clean

build: ## builds the job jar and the Spark and HDFS jars for ./centroid
	mvn -q -B package -DskipTests -Dspotless.check.skip

test: ## runs the fast tests
	mvn -B test

it: ## runs all tests except for the long suites, and checks the format
	mvn -B verify

faults: ## runs all tests including the long fault injection suites: about two more hours
	mvn -B verify -Dit.excluded=none

FUZZ_TESTS := $(notdir $(basename $(wildcard devtools/src/test/java/io/centroid/fuzz/*FuzzTest.java)))
TIME ?= 60s

fuzz: ## fuzzes every parser with Jazzer; TIME=10m for each, TARGET="ModelFuzzTest::config" selects those that match
	mvn -q -B -pl devtools -am test-compile dependency:build-classpath -Dspotless.check.skip -Dmdep.outputFile=target/fuzz.classpath
	@jazzer="java @conf/jvm.options -Xmx2g -cp devtools/target/test-classes:devtools/target/classes:$$(cat devtools/target/fuzz.classpath) com.code_intelligence.jazzer.Jazzer"; \
	failed=; \
	for target in $$($$jazzer --list_fuzz_tests=$$(printf ':io.centroid.fuzz.%s' $(FUZZ_TESTS)) | grep -e '$(TARGET)'); do \
	  class=$${target%%::*}; method=$${target##*::}; name=$${class##*.}-$$method; \
	  echo "== $$target"; \
	  mkdir -p runs/fuzz/corpus/$$name; \
	  $$jazzer --target_class=$$class --target_method=$$method --hooks=true --max_duration=$(TIME) \
	    '--instrumentation_includes=io.centroid.**:com.fasterxml.jackson.**:com.typesafe.config.**' '--custom_hook_excludes=**' \
	    --reproducer_path=runs/fuzz -artifact_prefix=runs/fuzz/$$name- -max_len=65536 runs/fuzz/corpus/$$name || failed="$$failed $$target (exit $$?)"; \
	done; \
	test -z "$$failed" || { echo "failed:$$failed; inputs in runs/fuzz"; exit 1; }

BENCHMARKS = mvn -q -B -pl devtools -am -Pci test-compile dependency:build-classpath -Dspotless.check.skip -Dcyclonedx.skip -Dmdep.outputFile=target/benchmark.classpath
BENCHMARK_JAVA = OMP_NUM_THREADS=1 java -cp "devtools/target/test-classes:devtools/target/classes:$$(cat devtools/target/benchmark.classpath)"

bench: ## compares local steps with DL4J's own fit in alternating runs
	$(BENCHMARKS)
	$(BENCHMARK_JAVA) io.centroid.dl4j.LocalStepsBenchmark

bench-kernels: ## runs JMH benchmarks of kernels and training steps; ARGS="gemm" selects some
	$(BENCHMARKS)
	$(BENCHMARK_JAVA) org.openjdk.jmh.Main $(ARGS)

format:
	mvn -q -B spotless:apply

clean:
	mvn -q -B clean
