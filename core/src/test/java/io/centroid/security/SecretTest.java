package io.centroid.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final String KEY = "spark.hadoop.fs.s3a.secret.key";

  @TempDir private Path folder;

  @Test
  void isHiddenInTextAndNotSerializable() {
    Secret secret = new Secret("veiled-1");
    assertThat(secret).hasToString("***");
    assertThat(secret.reveal()).isEqualTo("veiled-1");
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> new ObjectMapper().writeValueAsString(secret))
        .isInstanceOf(JsonMappingException.class);
  }

  @Test
  void isRedactedInEveryEncoding() {
    String veiled = new Secret("ve/iled +2=").reveal();
    byte[] bytes = veiled.getBytes(StandardCharsets.UTF_8);
    assertThat(
            Redaction.of(
                "plain ve/iled +2=, base64 %s, url ve%%2Filed+%%2B2%%3D."
                    .formatted(Base64.getEncoder().encodeToString(bytes))))
        .isEqualTo("plain ***, base64 ***, url ***.");
    assertThat(Redaction.of("nothing of it")).isEqualTo("nothing of it");
  }

  @Test
  void theLongerSecretIsRedactedFirst() {
    new Secret("veiled-3");
    new Secret("veiled-3-and-more");
    assertThat(Redaction.of("(veiled-3-and-more)(veiled-3)")).isEqualTo("(***)(***)");
  }

  @Test
  void resolvesAFileReference() throws IOException {
    assertThat(resolve(file("veiled-4\n", "rw-------")).reveal()).isEqualTo("veiled-4");
    assertThat(resolve(file("veiled-5", "r--------")).reveal()).isEqualTo("veiled-5");
    assertThat(resolve(file("veiled 6\r\n", "r--r-----")).reveal()).isEqualTo("veiled 6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw--w----", "r-----r--"})
  void rejectsAFileAccessibleToOthers(String mode) throws IOException {
    String reference = file("veiled-7", mode);
    assertThatThrownBy(() -> resolve(reference))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(KEY + ": ")
        .hasMessageContaining("is accessible to others (" + mode + "): chmod 600 it")
        .hasMessageNotContaining("veiled");
  }

  /** Only root can give a file away. */
  @Test
  void rejectsAFileOfAnotherUser() throws IOException {
    String reference = file("veiled-12", "rw-------");
    Path path = Path.of(reference.substring("file://".length()));
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "not root");
    Files.setAttribute(path, "unix:uid", 12345);
    rejected(reference, "belongs to the user 12345, expected 0 or root");
    Files.setAttribute(path, "unix:uid", 0);
    assertThat(resolve(reference).reveal()).isEqualTo("veiled-12");
  }

  @Test
  void rejectsInvalidFilesWithoutQuotingThem() throws IOException {
    rejected(file("veiled-8\nveiled-9\n", "rw-------"), "must contain one line");
    rejected(file("\n", "rw-------"), "the secret is empty");
    rejected(file("v".repeat(70_000), "rw-------"), "has more than 65536 bytes");
    rejected("file://" + folder.resolve("none"), "no such file");
    rejected("file://" + folder, "is a folder");
    Path binary = folder.resolve("binary");
    Files.write(binary, new byte[] {(byte) 0xff, 1});
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rw-------"));
    rejected("file://" + binary, "is not UTF-8 text");
  }

  @Test
  void resolvesAnEnvironmentVariable() {
    SecretResolver resolver =
        new SecretResolver(new Configuration(false), Map.of("S3_KEY", "veiled-10"));
    assertThat(resolver.resolve(KEY, SecretReference.parse("env:S3_KEY").orElseThrow()).reveal())
        .isEqualTo("veiled-10");
    assertThatThrownBy(
            () -> resolver.resolve(KEY, SecretReference.parse("env:OTHER").orElseThrow()))
        .isInstanceOf(InputException.class)
        .hasMessage(KEY + ": the environment variable OTHER of the driver is not set");
  }

  @Test
  void resolvesACredentialAlias() throws Exception {
    Configuration hadoop = new Configuration(false);
    rejected(hadoop, "credential:s3", "needs hadoop.security.credential.provider.path");
    String path = "jceks://file" + folder.resolve("keys.jceks");
    hadoop.set(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH, path);
    CredentialProvider provider = CredentialProviderFactory.getProviders(hadoop).get(0);
    provider.createCredentialEntry("s3", "veiled-11".toCharArray());
    provider.flush();

    SecretReference reference = SecretReference.parse("credential:s3").orElseThrow();
    assertThat(new SecretResolver(hadoop).resolve(KEY, reference).reveal()).isEqualTo("veiled-11");
    rejected(hadoop, "credential:other", path + " has no credential called other");
    Files.writeString(folder.resolve("keys.jceks"), "no key store");
    rejected(hadoop, "credential:s3", "cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "veiled",
        "",
        "env:",
        "env:A B",
        "env:1A",
        "env:A=B",
        "credential:",
        "credential:a b",
        "file:relative",
        "file://host/path",
        "file:///a?b",
        "hdfs:///a",
        "FILE:///a"
      })
  void rejectsInvalidReferences(String text) {
    assertThat(SecretReference.parse(text)).isEmpty();
  }

  @Test
  void aReferenceSurvivesARoundTrip() {
    for (String text : new String[] {"env:A_1", "credential:fs.s3a.key", "file:///etc/a.secret"}) {
      assertThat(SecretReference.parse(text).orElseThrow().text()).isEqualTo(text);
    }
  }

  private String file(String text, String mode) throws IOException {
    Path file = Files.createTempFile(folder, "a", ".secret");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return "file://" + file;
  }

  private static Secret resolve(String reference) {
    return new SecretResolver(new Configuration(false))
        .resolve(KEY, SecretReference.parse(reference).orElseThrow());
  }

  private static void rejected(String reference, String message) {
    rejected(new Configuration(false), reference, message);
  }

  private static void rejected(Configuration hadoop, String reference, String message) {
    assertThatThrownBy(
            () ->
                new SecretResolver(hadoop)
                    .resolve(KEY, SecretReference.parse(reference).orElseThrow()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(KEY + ": ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("veiled");
  }
}
