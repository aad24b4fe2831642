package io.centroid.cli.trust;

import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyRotation;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.export.EncryptedExport;
import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.Storage;
import io.centroid.registry.ModelRegistry;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** The folder of a checkpoint or of an export, whose manifest can be signed. */
sealed interface SignedFolder
    permits SignedFolder.OfCheckpoint, SignedFolder.OfExport, VersionPart {

  /**
   * The folders of a place: itself, all checkpoints of a run, or all checkpoints and exports of a
   * model in a registry.
   *
   * @throws InputException if it is none of these
   */
  static List<SignedFolder> find(HadoopFiles files, String place) throws IOException {
    Path path = files.path(place);
    if (CheckpointStore.isCheckpoint(path, files.configuration())) {
      return List.of(
          VersionPart.of(
              files,
              new OfCheckpoint(CheckpointStore.openUnverified(path, files.configuration()))));
    }
    Path description = new Path(path, ExportDescription.FILE);
    if (Storage.of(files, path).exists(description)) {
      byte[] json = files.read(description, ExportDescription.MAX_BYTES);
      Path qualified = files.fileSystem(path).makeQualified(path);
      return List.of(VersionPart.of(files, new OfExport(files, qualified, json)));
    }
    List<SignedFolder> checkpoints =
        CheckpointStore.of(path, files.configuration(), CheckpointListener.LOGGED)
            .listUnverified()
            .stream()
            .<SignedFolder>map(OfCheckpoint::new)
            .toList();
    if (checkpoints.isEmpty() && ModelRegistry.isModel(files, path)) {
      checkpoints = VersionPart.all(files, path);
    }
    if (checkpoints.isEmpty()) {
      throw new InputException(
          path
              + ": no checkpoint; expected the folder of a run, a checkpoint, an"
              + " export or a model in a registry");
    }
    return checkpoints;
  }

  /** Location of the folder. */
  Path path();

  /** Location of the manifest, which is signed. */
  Path manifest();

  boolean isEncrypted();

  /** Verifies the files against the manifest. */
  void verify() throws IOException;

  void sign(ManifestSigner signer) throws IOException;

  /** As {@link TrustedKeys#require}. */
  String requireSignature(TrustedKeys trusted) throws IOException;

  /** As {@link KeyRotation#run}. */
  KeyRotation.Result rewrap(EncryptionKey to, KeyRotation.Recorder recorder) throws IOException;

  /** A checkpoint. */
  record OfCheckpoint(StoredCheckpoint checkpoint) implements SignedFolder {
    @Override
    public Path path() {
      return checkpoint.path();
    }

    @Override
    public Path manifest() {
      return new Path(path(), Manifest.FILE);
    }

    @Override
    public boolean isEncrypted() {
      return checkpoint.manifest().encryption() != null;
    }

    @Override
    public void verify() throws IOException {
      checkpoint.verify();
    }

    @Override
    public void sign(ManifestSigner signer) throws IOException {
      checkpoint.sign(signer);
    }

    @Override
    public String requireSignature(TrustedKeys trusted) throws IOException {
      return checkpoint.requireSignature(trusted);
    }

    @Override
    public KeyRotation.Result rewrap(EncryptionKey to, KeyRotation.Recorder recorder)
        throws IOException {
      return checkpoint.rewrap(to, recorder);
    }
  }

  /**
   * An export.
   *
   * @param json content of its description, read once: what is signed is what was verified
   */
  record OfExport(HadoopFiles files, Path path, byte[] json) implements SignedFolder {
    @Override
    public Path manifest() {
      return new Path(path, ExportDescription.FILE);
    }

    @Override
    public boolean isEncrypted() {
      return description().encryption() != null;
    }

    private ExportDescription description() {
      return ExportDescription.parse(manifest().toString(), json);
    }

    @Override
    public void verify() {
      description().requireFiles(files, path);
    }

    @Override
    public void sign(ManifestSigner signer) throws IOException {
      signer.sign(Storage.of(files, path), manifest(), json);
    }

    @Override
    public String requireSignature(TrustedKeys trusted) throws IOException {
      return trusted.require(Storage.of(files, path), manifest(), json);
    }

    @Override
    public KeyRotation.Result rewrap(EncryptionKey to, KeyRotation.Recorder recorder)
        throws IOException {
      return EncryptedExport.rewrap(files, path, json, to, recorder);
    }
  }
}
