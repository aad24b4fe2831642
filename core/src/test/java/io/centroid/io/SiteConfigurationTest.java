package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteConfigurationTest {
  private static final String REPLICATION = "spark.hadoop.dfs.replication";

  @TempDir private Path folder;

  @AfterEach
  void removeTheProperty() {
    System.clearProperty(REPLICATION);
  }

  @Test
  void sparksPropertiesAreBelowThoseOfTheConfiguration() {
    System.setProperty(REPLICATION, "5");
    assertThat(SiteConfiguration.load().get("dfs.replication")).isEqualTo("5");
    assertThat(SiteConfiguration.load(Map.of(REPLICATION, "7")).get("dfs.replication"))
        .isEqualTo("7");
  }

  @Test
  void referencesToSecretsAreResolved() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "veiled\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Configuration hadoop =
        SiteConfiguration.load(
            Map.of(
                "spark.hadoop.fs.s3a.secret.key",
                secret.toUri().toString(),
                "spark.ssl.keyPassword",
                "file:///not/looked/for"));
    assertThat(hadoop.get("fs.s3a.secret.key")).isEqualTo("veiled");
  }
}
