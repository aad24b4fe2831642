package io.centroid.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.encryption.KeyRotation.Signing;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations that end between any two of their writes, as their files are left then. */
class KeyRotationTest {
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;
  private Path manifest;
  private Path signature;
  private Path next;
  private EncryptionKey to;

  @BeforeEach
  void createModel() throws IOException {
    manifest = folder.resolve("manifest.json");
    signature = folder.resolve("manifest.sig");
    next = folder.resolve("manifest.sig.next");
    KeyFiles.newSigningKey(folder.resolve("own.pem"), folder.resolve("own.pub"));
    hadoop.set(EncryptionKey.PROPERTY, "file://" + newKey("old"));
    to = EncryptionKey.of("--to", "file://" + newKey("new"), hadoop);
    EncryptionKey old = EncryptionKey.configured(hadoop).orElseThrow();
    Encryption present = old.fresh().wrap(DataKey.random(), Encryption.newRunId(), 7);
    Files.write(
        manifest,
        ChecksummedJson.UNVERSIONED.write(Map.of("encryption", present, "ofALaterVersion", 0.1)));
  }

  private Path newKey(String name) throws IOException {
    Path key = folder.resolve(name);
    KeyFiles.newEncryptionKey(key);
    return key;
  }

  private Encryption present() throws IOException {
    ObjectNode json = Json.tree("manifest.json", Files.readAllBytes(manifest));
    return Json.read("manifest.json", "", json.get("encryption"), Encryption.class);
  }

  private void signs(boolean on) {
    hadoop.set(ManifestSigner.PROPERTY, on ? "file://" + folder.resolve("own.pem") : "");
  }

  private void trusts(boolean on) {
    hadoop.set(TrustedKeys.PROPERTY, on ? folder.resolve("own.pub").toString() : "");
  }

  private Storage storage() throws IOException {
    return Storage.of(path(), hadoop);
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(manifest.toUri());
  }

  private KeyRotation.Result rotate() throws IOException {
    return rotate(() -> {});
  }

  private KeyRotation.Result rotate(KeyRotation.Recorder recorder) throws IOException {
    return KeyRotation.run(
        storage(), path(), Files.readAllBytes(manifest), present(), 7, to, recorder);
  }

  /** A rotation that ends after the new manifest, while the signature of the old one is there. */
  private void rotateInPart() throws IOException {
    byte[] old = Files.readAllBytes(signature);
    assertThatThrownBy(
            () ->
                rotate(
                    () -> {
                      throw new IOException("ended");
                    }))
        .hasMessage("ended");
    Files.write(signature, old);
    assertThat(next).exists();
  }

  private void sign() throws IOException {
    signs(true);
    ManifestSigner.configured(hadoop)
        .orElseThrow()
        .sign(storage(), path(), Files.readAllBytes(manifest));
    signs(false);
  }

  private void requireSigned() throws IOException {
    TrustedKeys.read(List.of(folder.resolve("own.pub").toString()), hadoop)
        .require(storage(), path(), Files.readAllBytes(manifest));
    assertThat(next).doesNotExist();
  }

  @Test
  void aSignatureIsReplacedOrDeletedWithTheManifest() throws IOException {
    sign();
    trusts(true);
    signs(true);
    String keyId = to.fresh().id();
    assertThat(rotate()).isEqualTo(new KeyRotation.Result(keyId, true, Signing.SIGNED));
    assertThat(present().keyId()).isEqualTo(keyId);
    requireSigned();
    assertThat(rotate()).isEqualTo(new KeyRotation.Result(keyId, false, Signing.SIGNED));
    requireSigned();
    signs(false);
    byte[] unchanged = Files.readAllBytes(signature);
    assertThat(rotate()).isEqualTo(new KeyRotation.Result(keyId, false, Signing.UNCHANGED));
    assertThat(Files.readAllBytes(signature)).isEqualTo(unchanged);
    hadoop.set(EncryptionKey.PROPERTY, "file://" + folder.resolve("new"));
    to = EncryptionKey.of("--to", "file://" + newKey("newest"), hadoop);
    assertThat(rotate().signing()).isEqualTo(Signing.DELETED);
    assertThat(signature).doesNotExist();
    assertThat(next).doesNotExist();
    assertThatThrownBy(this::requireSigned).hasMessageContaining("not signed");
  }

  @Test
  void aManifestWithoutSignatureGetsNone() throws IOException {
    assertThat(rotate().signing()).isEqualTo(Signing.UNCHANGED);
    assertThat(signature).doesNotExist();
    assertThat(next).doesNotExist();
  }

  /** The signature of the manifest before is still there, and a trusted key is asked for. */
  @Test
  void aRotationThatEndedAfterTheManifestIsCompletedByTheNext() throws IOException {
    sign();
    trusts(true);
    byte[] old = Files.readAllBytes(signature);
    signs(true);
    rotateInPart();
    byte[] left = Files.readAllBytes(next);
    for (boolean signs : new boolean[] {true, false}) {
      Files.write(next, left);
      Files.write(signature, old);
      signs(signs);
      KeyRotation.Result again = rotate();
      assertThat(again.changed()).isFalse();
      assertThat(again.signing()).isEqualTo(Signing.SIGNED);
      requireSigned();
    }
  }

  @Test
  void aRotationWithoutSigningThatEndedAfterTheManifestLeavesNoStaleSignature() throws IOException {
    sign();
    rotateInPart();
    KeyRotation.Result again = rotate();
    assertThat(again.changed()).isFalse();
    assertThat(again.signing()).isEqualTo(Signing.DELETED);
    assertThat(signature).doesNotExist();
    assertThat(next).doesNotExist();
  }

  @Test
  void aRotationThatEndedBeforeTheManifestStartsAgain() throws IOException {
    sign();
    byte[] leftover = new byte[64];
    Files.write(next, leftover);
    trusts(true);
    signs(true);
    assertThat(rotate().changed()).isTrue();
    requireSigned();
    // Without a signature: what was left must not become one.
    hadoop.set(EncryptionKey.PROPERTY, "file://" + folder.resolve("new"));
    to = EncryptionKey.of("--to", "file://" + newKey("newest"), hadoop);
    Files.delete(signature);
    Files.write(next, leftover);
    trusts(false);
    signs(false);
    assertThat(rotate().signing()).isEqualTo(Signing.UNCHANGED);
    assertThat(rotate().signing()).isEqualTo(Signing.UNCHANGED);
    assertThat(signature).doesNotExist();
  }

  @Test
  void whatARotationToAnotherKeyLeftChangesNoSignature() throws IOException {
    sign();
    EncryptionKey old = EncryptionKey.configured(hadoop).orElseThrow();
    byte[] before = Files.readAllBytes(manifest);
    byte[] valid = Files.readAllBytes(signature);
    for (boolean signs : new boolean[] {true, false}) {
      signs(signs);
      rotateInPart();
      Files.write(manifest, before); // It ended before the manifest.
      signs(false);
      KeyRotation.Result back =
          KeyRotation.run(storage(), path(), before, present(), 7, old, () -> {});
      assertThat(back)
          .isEqualTo(new KeyRotation.Result(old.fresh().id(), false, Signing.UNCHANGED));
      assertThat(Files.readAllBytes(signature)).isEqualTo(valid);
      requireSigned();
    }
  }

  @Test
  void aSignatureThatReplacesThatOfAnInterruptedRotationStays() throws IOException {
    sign();
    rotateInPart();
    sign();
    assertThat(next).doesNotExist();
    assertThat(rotate().signing()).isEqualTo(Signing.UNCHANGED);
    requireSigned();
  }

  /** Such as those of a later version. */
  @Test
  void unknownKeysOfAManifestStay() throws IOException {
    ObjectNode before = Json.tree("manifest.json", Files.readAllBytes(manifest));
    assertThat(rotate().changed()).isTrue();
    byte[] content = Files.readAllBytes(manifest);
    ChecksummedJson.verify("manifest.json", content);
    ObjectNode after = Json.tree("manifest.json", content);
    assertThat(after.get("encryption")).isNotEqualTo(before.get("encryption"));
    List<String> changing = List.of("encryption", ChecksummedJson.KEY);
    assertThat(after.remove(changing)).isEqualTo(before.remove(changing));
    assertThat(after.get("ofALaterVersion").doubleValue()).isEqualTo(0.1);
  }

  @Test
  void aManifestThatIsNotTrustedOrNotEncryptedIsLeftAsItIs() throws IOException {
    trusts(true);
    byte[] before = Files.readAllBytes(manifest);
    assertThatThrownBy(this::rotate)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not signed, expected manifest.sig of a trusted key")
        .hasMessageContaining("centroid key sign file:" + folder + " --with file:///PATH");
    assertThat(Files.readAllBytes(manifest)).isEqualTo(before);
    assertThatThrownBy(() -> KeyRotation.run(storage(), path(), before, null, 7, to, () -> {}))
        .hasMessageEndingWith("manifest.json: not encrypted, so there is no key to replace");
  }
}
