.PHONY: build test it faults fuzz bench bench-kernels format clean

build: ## the job jar, and the Spark and HDFS jars that ./centroid runs on
	mvn -q -B package -DskipTests -Dspotless.check.skip -Djacoco.skip

test: ## the fast tests
	mvn -B test

it: ## everything that is checked: fast tests, real daemons, format
	mvn -B verify

faults: ## the same, with the faults of real daemons that take long: nearly two hours
	mvn -B verify -Dit.excluded=none

FUZZ_TESTS := $(notdir $(basename $(wildcard devtools/src/test/java/io/centroid/fuzz/*FuzzTest.java)))
TIME ?= 60s

fuzz: ## every parser under Jazzer, one after the other; TIME=10m for each, TARGET="ModelFuzzTest::config" takes those that match
	mvn -q -B -pl devtools -am test-compile dependency:build-classpath -Dspotless.check.skip -Djacoco.skip -Dmdep.outputFile=target/fuzz.classpath
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

bench: ## local steps against DL4J's own fit, in turns
	mvn -q -B -pl core test-compile dependency:build-classpath -Dspotless.check.skip -Dmdep.outputFile=target/benchmark.classpath
	OMP_NUM_THREADS=1 java -cp "core/target/test-classes:core/target/classes:$$(cat core/target/benchmark.classpath)" io.centroid.dl4j.LocalStepsBenchmark

bench-kernels: ## operations and whole steps of the engines, by JMH; ARGS="gemm -p kernels=cpu" takes a few
	mvn -q -B -pl core test-compile dependency:build-classpath -Dspotless.check.skip -Dmdep.outputFile=target/benchmark.classpath
	OMP_NUM_THREADS=1 java -cp "core/target/test-classes:core/target/classes:$$(cat core/target/benchmark.classpath)" org.openjdk.jmh.Main $(ARGS)

format:
	mvn -q -B spotless:apply

clean:
	mvn -q -B clean
