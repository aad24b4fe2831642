.PHONY: build test it faults bench bench-kernels format clean

build: ## the job jar, and the Spark and HDFS jars that ./centroid runs on
	mvn -q -B package -DskipTests -Dspotless.check.skip -Djacoco.skip

test: ## the fast tests
	mvn -B test

it: ## everything that is checked: fast tests, real daemons, format
	mvn -B verify

faults: ## the same, with the faults of real daemons that take long: nearly two hours
	mvn -B verify -Dit.excluded=none

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
