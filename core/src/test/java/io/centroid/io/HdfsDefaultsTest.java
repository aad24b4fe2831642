package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

final class HdfsDefaultsTest {
  private static final String ENABLED = "dfs.client.retry.policy.enabled";
  private static final String SPEC = "dfs.client.retry.policy.spec";
  private static final String BEST_EFFORT =
      "dfs.client.block.write.replace-datanode-on-failure.best-effort";

  @Test
  void setsTheDefaultsIfTheSiteDoesNot() {
    Configuration configuration = new HadoopFiles(new Configuration()).configuration();
    assertThat(configuration.getBoolean(ENABLED, false)).isTrue();
    assertThat(configuration.get(SPEC)).isNotEmpty();
    assertThat(configuration.getBoolean(BEST_EFFORT, false)).isTrue();
  }

  @Test
  void theSiteTakesPrecedence() {
    Configuration site = site("hdfs-site.xml", "false", "10000,2");
    Configuration configuration = new HadoopFiles(site).configuration();
    assertThat(configuration.get(ENABLED)).isEqualTo("false");
    assertThat(configuration.get(SPEC)).isEqualTo("10000,2");
    assertThat(configuration.getBoolean(BEST_EFFORT, false)).isTrue();
    assertThat(HdfsDefaults.missing(site)).containsKey(BEST_EFFORT).doesNotContainKey(ENABLED);
    assertThat(site.get(BEST_EFFORT)).as("the given configuration is unchanged").isNull();
  }

  @Test
  void hadoopsDefaultsAreOverridden() {
    Configuration site = site("hdfs-default.xml", "false", "10000,6,60000,10");
    assertThat(new HadoopFiles(site).configuration().getBoolean(ENABLED, false)).isTrue();
  }

  @Test
  void serializationIncludesTheDefaults() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new HadoopFiles(site("hdfs-site.xml", "true", "7,7")));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Configuration arrived = ((HadoopFiles) in.readObject()).configuration();
      assertThat(arrived.get(SPEC)).isEqualTo("7,7");
      assertThat(arrived.getBoolean(BEST_EFFORT, false)).isTrue();
    }
  }

  private static Configuration site(String name, String enabled, String spec) {
    Configuration site = new Configuration();
    String xml =
        """
        <configuration>
          <property><name>%s</name><value>%s</value></property>
          <property><name>%s</name><value>%s</value></property>
        </configuration>
        """
            .formatted(ENABLED, enabled, SPEC, spec);
    site.addResource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), name);
    return site;
  }

  @Test
  void aClientThatFailsOverDoesNotWaitForTheFirstNameNode() {
    Configuration site = new Configuration();
    site.set("dfs.ha.namenodes.ns", "nn1,nn2");
    assertThat(HdfsDefaults.missing(site)).isNotEmpty().doesNotContainKeys(ENABLED, SPEC);
  }

  @Test
  void waitsForTheLastBlockInManyShortStepsUnlessTheSiteSetsEither() {
    String closing = "dfs.client.block.write.locateFollowingBlock.";
    Configuration set = new HadoopFiles(new Configuration()).configuration();
    long delay = set.getLong(closing + "initial.delay.ms", 400);
    long most = set.getLong(closing + "max.delay.ms", 60_000);
    long waited = 0;
    for (int i = 0; i < set.getInt(closing + "retries", 5); i++) {
      waited += Math.min(delay << i, most);
    }
    assertThat(delay).isLessThanOrEqualTo(20);
    assertThat(waited).as("time for a NameNode that restarts").isBetween(120_000L, 180_000L);

    Configuration site = new Configuration();
    site.set(closing + "retries", "5");
    assertThat(HdfsDefaults.missing(site))
        .isNotEmpty()
        .doesNotContainKeys(closing + "retries", closing + "initial.delay.ms");
  }
}
