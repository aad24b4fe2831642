package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class SparkContextsTest {
  private static final String ENABLED = "dfs.client.retry.policy.enabled";
  private static final String SPEC = "dfs.client.retry.policy.spec";

  @Test
  void sparksOwnHdfsClientsOutlastARestart() {
    SparkConf conf = new SparkConf(false);
    SparkContexts.outlastHdfs(conf, new Configuration());
    assertThat(conf.get("spark.hadoop." + ENABLED)).isEqualTo("true");
    assertThat(conf.contains("spark.hadoop." + SPEC)).isTrue();
  }

  @Test
  void theSiteAndSparkSubmitWin() {
    Configuration site = new Configuration();
    site.set(SPEC, "10000,2");
    SparkConf conf = new SparkConf(false).set("spark.hadoop." + ENABLED, "false");
    SparkContexts.outlastHdfs(conf, site);
    assertThat(conf.get("spark.hadoop." + ENABLED)).isEqualTo("false");
    assertThat(conf.contains("spark.hadoop." + SPEC)).isFalse();
  }
}
