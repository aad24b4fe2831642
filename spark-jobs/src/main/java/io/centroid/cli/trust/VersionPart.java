package io.centroid.cli.trust;

import io.centroid.checkpoint.Manifest;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyRotation;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.Storage;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint or export in a version of a registry. The version's record has the hashes of its
 * manifest and signature, which are recorded again when they change.
 *
 * @param version folder of the version
 */
record VersionPart(HadoopFiles files, Path version, SignedFolder part) implements SignedFolder {

  /** A folder, as a part of its version if it is in one. */
  static SignedFolder of(HadoopFiles files, SignedFolder folder) throws IOException {
    Path above = folder.path().getParent();
    for (int level = 0; level < 2 && above != null; level++) {
      if (Storage.of(files, above).exists(new Path(above, VersionRecord.FILE))) {
        return new VersionPart(files, above, folder);
      }
      above = above.getParent();
    }
    return folder;
  }

  /** The checkpoints and exports of all versions of a model. */
  static List<SignedFolder> all(HadoopFiles files, Path model) throws IOException {
    Path path = files.fileSystem(model).makeQualified(model);
    String root = Objects.requireNonNull(path.getParent(), "a root has no versions").toString();
    List<SignedFolder> parts = new ArrayList<>();
    for (StoredVersion version : ModelRegistry.of(files, root, path.getName()).versions()) {
      parts.addAll(SignedFolder.find(files, version.checkpoint().toString()));
      for (String export : version.record().exports()) {
        String folder = VersionRecord.EXPORTS + "/" + export;
        if (version.record().files().containsKey(folder + "/" + ExportDescription.FILE)) {
          parts.addAll(SignedFolder.find(files, version.export(export).toString()));
        }
      }
    }
    return parts;
  }

  /**
   * Checks that the manifest is the recorded one, so that the change of another is not recorded.
   *
   * @param rotation whether a rotation follows: it completes one that was interrupted before the
   *     new manifest was recorded
   * @throws InputException if it is not
   */
  private void requireRecorded(boolean rotation) throws IOException {
    try {
      byte[] unused = StoredVersion.at(files, version).read(place(manifest()), Manifest.MOST_BYTES);
    } catch (InputException e) {
      byte[] json = files.read(manifest(), Manifest.MOST_BYTES);
      if (!KeyRotation.isInterrupted(Storage.of(files, version), manifest(), json)) {
        throw e;
      }
      if (!rotation) {
        throw InputErrors.of(
            manifest().toString(), "the rotation of its key was interrupted: repeat it first", e);
      }
    }
  }

  private void recordAgain(Path... changed) throws IOException {
    StoredVersion.at(files, version).recordAgain(Stream.of(changed).map(this::place).toList());
  }

  private String place(Path file) {
    return version.toUri().relativize(file.toUri()).getPath();
  }

  @Override
  public Path path() {
    return part.path();
  }

  @Override
  public Path manifest() {
    return part.manifest();
  }

  @Override
  public boolean isEncrypted() {
    return part.isEncrypted();
  }

  @Override
  public void verify() throws IOException {
    part.verify();
  }

  @Override
  public void sign(ManifestSigner signer) throws IOException {
    requireRecorded(false);
    part.sign(signer);
    recordAgain(ManifestSigner.signatureFile(manifest()));
  }

  @Override
  public String requireSignature(TrustedKeys trusted) throws IOException {
    return part.requireSignature(trusted);
  }

  @Override
  public KeyRotation.Result rewrap(EncryptionKey to, KeyRotation.Recorder recorder)
      throws IOException {
    requireRecorded(true);
    return part.rewrap(
        to,
        () -> {
          recordAgain(manifest(), ManifestSigner.signatureFile(manifest()));
          recorder.record();
        });
  }
}
