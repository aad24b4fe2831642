package io.centroid.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.key.KeyProviderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCheckTest {
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;
  private Path key;

  @BeforeEach
  void createKeys() throws IOException {
    key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    KeyFiles.newSigningKey(folder.resolve("own.pem"), folder.resolve("own.pub"));
    KeyFiles.newSigningKey(folder.resolve("other.pem"), folder.resolve("other.pub"));
  }

  private void set(String encryption, String signing, String... trusted) {
    hadoop.set(EncryptionKey.PROPERTY, encryption);
    hadoop.set(ManifestSigner.PROPERTY, signing);
    hadoop.setStrings(TrustedKeys.PROPERTY, trusted);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String reference(String name) {
    return "file://" + file(name);
  }

  @Test
  void keysThatFitEachOtherAreAccepted() {
    assertThat(KeyCheck.problems(hadoop)).isEmpty();
    assertThat(KeyCheck.named(hadoop)).isEmpty();
    set(reference("key"), reference("own.pem"), file("other.pub"), file("own.pub"));
    assertThat(KeyCheck.problems(hadoop)).isEmpty();
    assertThat(KeyCheck.named(hadoop))
        .containsExactly("encryption.key", "signature.key", "signature.trusted");
    set(reference("key"), reference("own.pem"));
    assertThat(KeyCheck.problems(hadoop)).isEmpty();
  }

  /** Its checkpoints would be refused when it resumes. */
  @Test
  void aWriterThatWouldRefuseItsOwnModelsIsRefused() {
    set("", "", file("own.pub"));
    assertThatThrownBy(() -> KeyCheck.require(hadoop))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "signature.trusted needs signature.key, or this configuration would refuse its own"
                + " models: set it to the private key of one of "
                + file("own.pub"))
        .extracting(e -> ((InputException) e).setting().orElseThrow())
        .isEqualTo("signature.key");
    set("", reference("own.pem"), file("other.pub"));
    assertThatThrownBy(() -> KeyCheck.require(hadoop))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "signature.key is the private key of none of signature.trusted ("
                + file("other.pub")
                + "), so that this configuration would refuse its own models: add its public key"
                + " there");
  }

  @Test
  void everyProblemIsReportedWithItsSetting() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Path broken = Files.writeString(folder.resolve("broken.pub"), "no key");
    set(
        reference("key"),
        reference("absent.pem"),
        file("absent.pub"),
        broken.toString(),
        folder.toString(),
        file("own.pub"));
    List<RuntimeException> problems = KeyCheck.problems(hadoop);
    assertThat(problems)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "encryption.key: "
                + key
                + " is accessible to others (rw-r--r--): chmod 600 it, and change the secret if it"
                + " matters",
            "signature.key: " + file("absent.pem") + ": no such file",
            file("absent.pub") + ": no such file, expected a trusted public key",
            broken + ": expected a public Ed25519 key in PEM (X.509)",
            folder + ": cannot be read, expected a trusted public key");
    assertThat(problems)
        .extracting(problem -> ((InputException) problem).setting().orElse(""))
        .containsExactly(
            "encryption.key",
            "signature.key",
            "signature.trusted",
            "signature.trusted",
            "signature.trusted");
  }

  @Test
  void aKeyOfAKmsThatDoesNotAnswerIsReported() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String provider = "kms://http@127.0.0.1:" + port + "/kms";
    hadoop.set(KeyProviderFactory.KEY_PROVIDER_PATH, provider);
    set("kms:models", "");
    assertThat(KeyCheck.problems(hadoop))
        .singleElement()
        .asString()
        .contains("encryption.key: " + provider + ": ")
        .contains("Failed to connect to: http://127.0.0.1:");
  }
}
