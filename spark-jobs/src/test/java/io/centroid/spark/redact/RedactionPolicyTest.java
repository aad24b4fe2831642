package io.centroid.spark.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.redact.table.Anonymity;
import io.centroid.redact.table.ColumnRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RedactionPolicyTest {
  @TempDir private Path folder;

  /** A second read would wait for a second writer. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void kindsAndColumnsOfAPipeAreReadAtOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Path> written =
        CompletableFuture.supplyAsync(
            () ->
                write(
                    pipe,
                    """
                    kinds { email = keep }
                    columns { name = drop }
                    anonymity { quasi-identifiers = [age], k = 5 }
                    """));
    RedactionPolicy policy = RedactionPolicy.read(pipe.toString(), new Configuration());
    assertThat(written.join()).isEqualTo(pipe);
    assertThat(policy.edits().edit("a@example.org", new TreeMap<>())).hasValue("a@example.org");
    assertThat(policy.tables().columns()).isEqualTo(Map.of("name", new ColumnRule.Drop()));
    assertThat(policy.tables().anonymity()).isEqualTo(new Anonymity(List.of("age"), 5, "", 1));
  }

  @Test
  void kindsAndColumnsOfAnIncludedFileHold() throws Exception {
    write(folder.resolve("shared.conf"), "kinds.email = keep\ncolumns { name = drop }");
    RedactionPolicy policy = read("include \"shared.conf\"\nkinds.phone = drop");
    assertThat(policy.edits().edit("a@example.org", new TreeMap<>())).hasValue("a@example.org");
    assertThat(policy.edits().edit("+1 415-555-2671", new TreeMap<>())).isEmpty();
    assertThat(policy.tables().columns()).isEqualTo(Map.of("name", new ColumnRule.Drop()));
  }

  @Test
  void oneKeyIsThatOfColumnsAndPseudonyms() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    String reference = "\npseudonym-key = \"file://" + key + "\"";
    assertThat(read("columns { name = hash }" + reference).key()).hasSize(16);
    assertThat(read("kinds { email = pseudonym }" + reference).key()).hasSize(16);
    assertThat(read("default = mask" + reference).key()).isEmpty();
    assertThatThrownBy(() -> read("columns { name = hash }"))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "policy.conf: pseudonym-key is missing; columns with hash need one:"
                + " file:///PATH, env:NAME or credential:ALIAS");
    Files.writeString(key, "hunter2");
    assertThatThrownBy(() -> read("columns { name = hash }" + reference))
        .isInstanceOf(InputException.class)
        .hasMessage("pseudonym-key must have at least 16 bytes: it has 7");
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RedactionPolicy read(String text) throws Exception {
    Path policy = Files.writeString(folder.resolve("policy.conf"), text);
    return RedactionPolicy.read(policy.toString(), new Configuration());
  }
}
