.PHONY: build test it bench format clean

build: ## the job jar, and the Spark and HDFS jars that ./centroid runs on
	mvn -q -B package -DskipTests -Dspotless.check.skip -Djacoco.skip

test: ## the fast tests
	mvn -B test

it: ## everything that is checked: fast tests, real daemons, format
	mvn -B verify

bench: build
	./centroid bench averaging

format:
	mvn -q -B spotless:apply

clean:
	mvn -q -B clean
