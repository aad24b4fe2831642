package io.centroid.registry;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.encryption.ManifestSigner;
import io.centroid.error.InputErrors;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Copies a draft's files into a version's folder and publishes it atomically. */
final class Registration {
  /** Folder of the claim files that reserve a version number on an object store. */
  static final String CLAIMS = ".claims";

  private static final int MAX_ATTEMPTS = 10_000;

  private final Storage storage;
  private final VersionFolder versions;
  private final Configuration configuration;

  Registration(Storage storage, VersionFolder versions, Configuration configuration) {
    this.storage = storage;
    this.versions = versions;
    this.configuration = configuration;
  }

  /** Creates the record of a version once its number is known. */
  interface Recorded {
    VersionRecord of(int version, Map<String, StoredFile> files);
  }

  /** Supplies the lowest number that may be free, once per attempt. */
  interface Next {
    int number() throws IOException;
  }

  /** Commits the draft under a unique number and returns the number. */
  int run(VersionDraft draft, Next next, Recorded recorded) throws IOException {
    return storage.protocol().renames()
        ? renamed(draft, next, recorded)
        : filledInPlace(draft, next, recorded);
  }

  private int renamed(VersionDraft draft, Next next, Recorded recorded) throws IOException {
    int number = next.number();
    AtomicDirectory directory = versions.directory(number);
    Path hidden = directory.begin(AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, "version"));
    try {
      Map<String, StoredFile> files = copied(draft, hidden);
      for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        directory.mark(hidden, recorded.of(number, files).toJson());
        try {
          directory.publish(hidden);
          return number;
        } catch (FileAlreadyExistsException e) {
          storage.delete(new Path(hidden, VersionRecord.FILE));
          number = next.number();
          directory = versions.directory(number);
        }
      }
    } finally {
      directory.discard(hidden);
    }
    throw new IOException("too many writers register versions in " + versions.folder());
  }

  private int filledInPlace(VersionDraft draft, Next next, Recorded recorded) throws IOException {
    IntFunction<Path> claim =
        number -> HadoopPath.child(new Path(versions.folder(), CLAIMS), Names.version(number));
    byte[] self = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    int number = next.number();
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++, number++) {
      if (AtomicFile.putIfAbsent(storage, claim.apply(number), self)) {
        AtomicDirectory directory = versions.directory(number);
        Map<String, StoredFile> files = copied(draft, directory.target());
        directory.mark(directory.target(), recorded.of(number, files).toJson());
        return number;
      }
    }
    throw new IOException("too many writers register versions in " + versions.folder());
  }

  private Map<String, StoredFile> copied(VersionDraft draft, Path folder) throws IOException {
    Map<String, StoredFile> files = new TreeMap<>();
    checkpoint(draft.checkpoint(), folder, files);
    for (Map.Entry<String, Path> export : draft.exports().entrySet()) {
      Storage from = Storage.of(export.getValue(), configuration);
      String place = VersionRecord.EXPORTS + "/" + export.getKey();
      int before = files.size();
      copyFolder(from, export.getValue(), folder, place, files);
      if (files.size() == before) {
        throw InputErrors.of(
            export.getValue().toString(), "is empty, expected the files of an export");
      }
    }
    for (Map.Entry<String, byte[]> attachment : draft.attachments().entrySet()) {
      requireFile(attachment.getKey());
      files.put(
          attachment.getKey(),
          storage.write(
              HadoopPath.child(folder, attachment.getKey()),
              out -> out.write(attachment.getValue())));
    }
    return files;
  }

  /** Copies a checkpoint and verifies it against its manifest. */
  private void checkpoint(Path source, Path folder, Map<String, StoredFile> files)
      throws IOException {
    Storage from = Storage.of(source, configuration);
    StoredCheckpoint checkpoint = CheckpointStore.openUnverified(source, configuration);
    for (Map.Entry<String, StoredFile> file : checkpoint.manifest().files().entrySet()) {
      String place = VersionRecord.CHECKPOINT + "/" + file.getKey();
      Path original = HadoopPath.child(source, file.getKey());
      StoredFile copy = copy(from, original, HadoopPath.child(folder, place));
      if (!copy.equals(file.getValue())) {
        throw InputErrors.of(
            original.toString(),
            "SHA-256",
            file.getValue().sha256() + " (" + Manifest.FILE + ")",
            copy.sha256());
      }
      files.put(place, copy);
    }
    Path signature = ManifestSigner.signatureFile(new Path(source, Manifest.FILE));
    if (from.exists(signature)) {
      String signed = VersionRecord.CHECKPOINT + "/" + signature.getName();
      files.put(signed, copy(from, signature, HadoopPath.child(folder, signed)));
    }
    String place = VersionRecord.CHECKPOINT + "/" + Manifest.FILE;
    files.put(place, copy(from, new Path(source, Manifest.FILE), HadoopPath.child(folder, place)));
  }

  private void copyFolder(
      Storage from, Path source, Path folder, String place, Map<String, StoredFile> files)
      throws IOException {
    for (FileStatus status : from.list(source)) {
      String inside = place + "/" + status.getPath().getName();
      requireFile(inside);
      if (status.isDirectory()) {
        copyFolder(from, status.getPath(), folder, inside, files);
      } else {
        files.put(inside, copy(from, status.getPath(), HadoopPath.child(folder, inside)));
      }
    }
  }

  private StoredFile copy(Storage from, Path source, Path target) throws IOException {
    storage.createFolder(target.getParent());
    try (InputStream in = from.stream(source)) {
      return storage.write(target, in::transferTo);
    }
  }

  private static void requireFile(String place) {
    if (!Names.isFile(place)) {
      throw InputErrors.of(
          place, "cannot be a file of a version: expected only letters, digits, '.', '_' and '-'");
    }
  }
}
