.PHONY: build test it faults fuzz bench bench-kernels format clean

build: ## the job jar, and the Spark and HDFS jars that ./centroid runs on
	mvn -q -B package -DskipTests -Dspotless.check.skip

test: ## the fast tests
	mvn -B test

it: ## fast tests, real daemons, format; all but the long suites
	mvn -B verify

faults: ## the same and the long suites, the faults of real daemons: some two hours more
	mvn -B verify -Dit.excluded=none

FUZZ_TESTS := $(notdir $(basename $(wildcard devtools/src/test/java/io/centroid/fuzz/*FuzzTest.java)))
TIME ?= 60s

fuzz: ## every parser under Jazzer, one after the other; TIME=10m for each, TARGET="ModelFuzzTest::config" takes those that match
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
	test -z "$$failed" || { echo "broke a rule:$$failed; inputs in runs/fuzz"; exit 1; }

BENCHMARKS = mvn -q -B -pl devtools -am -Pci test-compile dependency:build-classpath -Dspotless.check.skip -Dcyclonedx.skip -Dmdep.outputFile=target/benchmark.classpath
BENCHMARK_JAVA = OMP_NUM_THREADS=1 java -cp "devtools/target/test-classes:devtools/target/classes:$$(cat devtools/target/benchmark.classpath)"

bench: ## local steps against DL4J's own fit, in turns
	$(BENCHMARKS)
	$(BENCHMARK_JAVA) io.centroid.dl4j.LocalStepsBenchmark

bench-kernels: ## operations and whole steps of the engines, by JMH; ARGS="gemm" takes a few
	$(BENCHMARKS)
	$(BENCHMARK_JAVA) org.openjdk.jmh.Main $(ARGS)

format:
	mvn -q -B spotless:apply

clean:
	mvn -q -B clean
