package io.centroid.encryption;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the key of an encrypted model: its data key is wrapped by another key, and the manifest
 * is replaced atomically; the other files stay unchanged. Before, the SHA-256 of the new manifest
 * and its signature are stored in a file next to it, {@code manifest.sig.next}, so that a
 * repetition completes a rotation that was interrupted. What is there for another manifest is
 * deleted.
 */
public final class KeyRotation {
  /** What became of the manifest's signature. */
  public enum Signing {
    UNCHANGED,
    DELETED,
    SIGNED
  }

  /**
   * The result of a rotation.
   *
   * @param keyId identifier of the model's key
   * @param changed false if the model had this key already
   */
  public record Result(String keyId, boolean changed, Signing signing) {}

  /** Records the new manifest and signature elsewhere, before the rotation counts as complete. */
  public interface Recorder {
    void record() throws IOException;
  }

  private static final String KEY = "encryption";
  private static final int HASH_BYTES = 32;

  private final Storage storage;
  private final Path manifest;
  private final Path signature;

  /**
   * SHA-256 of the new manifest and its signature, which is empty if there is to be none, until the
   * rotation is complete.
   */
  private final Path next;

  private KeyRotation(Storage storage, Path manifest) {
    this.storage = storage;
    this.manifest = manifest;
    this.signature = ManifestSigner.signatureFile(manifest);
    this.next = nextFile(manifest);
  }

  /** Whether the present manifest is the new one of a rotation that was interrupted. */
  public static boolean isInterrupted(Storage storage, Path manifest, byte[] json)
      throws IOException {
    return new KeyRotation(storage, manifest).pending(json).isPresent();
  }

  /**
   * Replaces the key. The manifest is signed if the configuration names a key for it; else its
   * signature is deleted if the manifest changes.
   *
   * @param json present content of the manifest
   * @param present its encryption; null if the model is not encrypted
   * @param step step of the checkpoint
   * @param recorder called after each change of manifest or signature
   * @throws InputException if the model is not encrypted, if the present key is missing or another,
   *     or if a key that the configuration trusts did not sign the manifest
   */
  public static Result run(
      Storage storage,
      Path manifest,
      byte[] json,
      @Nullable Encryption present,
      long step,
      EncryptionKey to,
      Recorder recorder)
      throws IOException {
    if (present == null) {
      throw InputErrors.of(manifest.toString(), "not encrypted, so there is no key to replace");
    }
    return new KeyRotation(storage, manifest).run(json, present, step, to, recorder);
  }

  private Result run(
      byte[] json, Encryption present, long step, EncryptionKey to, Recorder recorder)
      throws IOException {
    Configuration hadoop = storage.configuration();
    Optional<ManifestSigner> signer = ManifestSigner.configured(hadoop);
    Encryption rewrapped = present.rewrapped(step, manifest.toString(), hadoop, to);
    boolean changes = !rewrapped.equals(present);
    Optional<byte[]> pending = pending(json);
    Signing signing = Signing.UNCHANGED;
    if (pending.isPresent()) {
      signing = complete(pending.get(), recorder); // It was interrupted after the manifest.
    } else {
      storage.delete(next); // Of a rotation that was interrupted before the manifest.
    }
    if (changes || signer.isPresent()) {
      // A new signature would vouch for what someone has changed.
      TrustedKeys.configured(hadoop).require(storage, manifest, json);
    }
    if (changes) {
      Signing replaced =
          replaceManifest(
              ChecksummedJson.with(manifest.toString(), json, KEY, rewrapped), signer, recorder);
      signing = replaced == Signing.UNCHANGED ? signing : replaced;
    } else if (signer.isPresent()) {
      signer.get().sign(storage, manifest, json);
      recorder.record();
      signing = Signing.SIGNED;
    }
    return new Result(rewrapped.keyId(), changes, signing);
  }

  private Signing replaceManifest(
      byte[] replaced, Optional<ManifestSigner> signer, Recorder recorder) throws IOException {
    byte[] signed = signer.map(key -> key.signature(replaced)).orElse(new byte[0]);
    byte[] content = Arrays.copyOf(Sha256.digest().digest(replaced), HASH_BYTES + signed.length);
    System.arraycopy(signed, 0, content, HASH_BYTES, signed.length);
    AtomicFile.ofOneWriter(storage, next).write(content);
    AtomicFile.ofOneWriter(storage, manifest).write(replaced);
    return complete(signed, recorder);
  }

  /** The signature that a rotation to this manifest has left to write; empty without one. */
  private Optional<byte[]> pending(byte[] json) throws IOException {
    if (!storage.exists(next)) {
      return Optional.empty();
    }
    byte[] content = storage.read(next, TrustedKeys.MOST_SIGNATURE_BYTES);
    return content.length >= HASH_BYTES
            && Arrays.equals(Arrays.copyOf(content, HASH_BYTES), Sha256.digest().digest(json))
        ? Optional.of(Arrays.copyOfRange(content, HASH_BYTES, content.length))
        : Optional.empty();
  }

  /** What follows the manifest, in an order that can be repeated. */
  private Signing complete(byte[] signed, Recorder recorder) throws IOException {
    Signing signing = Signing.SIGNED;
    if (signed.length > 0) {
      AtomicFile.ofOneWriter(storage, signature).write(signed);
    } else {
      signing = storage.exists(signature) ? Signing.DELETED : Signing.UNCHANGED;
      storage.delete(signature);
    }
    recorder.record();
    storage.delete(next);
    return signing;
  }

  /** The file of what an interrupted rotation of a manifest has left to do. */
  static Path nextFile(Path manifest) {
    return HadoopPath.child(
        manifest.getParent(), ManifestSigner.signatureFile(manifest).getName() + ".next");
  }
}
