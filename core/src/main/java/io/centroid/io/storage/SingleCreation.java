package io.centroid.io.storage;

import io.centroid.io.HadoopPath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a small file exactly once on a store that puts, lists and reads files consistently, but
 * creates them without excluding others. The writers agree on the content first: Gafni and Lamport,
 * "Disk Paxos" (Distributed Computing 2003), with a block, a file next to the created one, per
 * writer. A writer that dies at any point blocks nobody; its content may still be created.
 */
final class SingleCreation {
  private static final Logger log = LoggerFactory.getLogger(SingleCreation.class);
  private static final int MAX_ATTEMPTS = 1000;
  private static final int MAX_BYTES = 16 << 20;

  private final Storage storage;
  private final Path file;
  private final Path blocks;
  private final String self = UUID.randomUUID().toString();

  SingleCreation(Storage storage, Path file) {
    this.storage = storage;
    this.file = file;
    this.blocks =
        HadoopPath.child(
            file.getParent(), AtomicDirectory.IN_PROGRESS + file.getName() + ".blocks");
  }

  /** A ballot; a larger one takes precedence. */
  private record Ballot(long number, String writer) implements Comparable<Ballot> {
    static final Ballot NONE = new Ballot(0, "");

    @Override
    public int compareTo(Ballot other) {
      return Comparator.comparingLong(Ballot::number)
          .thenComparing(Ballot::writer)
          .compare(this, other);
    }

    static Ballot readFrom(DataInputStream in) throws IOException {
      return new Ballot(in.readLong(), in.readUTF());
    }

    void writeTo(DataOutputStream out) throws IOException {
      out.writeLong(number);
      out.writeUTF(writer);
    }
  }

  /**
   * What a writer shows to the others.
   *
   * @param ballot its current ballot
   * @param accepted the ballot in which it accepted the content; {@link Ballot#NONE} if it did not
   */
  private record Block(Ballot ballot, Ballot accepted, byte[] content) {
    static Block parse(byte[] bytes) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      return new Block(Ballot.readFrom(in), Ballot.readFrom(in), in.readAllBytes());
    }

    byte[] toBytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        ballot.writeTo(out);
        accepted.writeTo(out);
        out.write(content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }
  }

  /** Creates the file with this content; false if another content was created. */
  boolean create(byte[] content) throws IOException {
    if (storage.exists(file)) {
      return has(content);
    }
    Block own = new Block(Ballot.NONE, Ballot.NONE, content);
    long highest = 0;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Ballot ballot = new Ballot(highest + 1, self);
      own = new Block(ballot, own.accepted, own.content);
      List<Block> others = show(own);
      if (storage.exists(file)) {
        return lost(content);
      }
      highest = highest(others, highest);
      if (isLast(ballot, others)) {
        own = new Block(ballot, ballot, chosen(own, others));
        others = show(own);
        if (storage.exists(file)) {
          return lost(content);
        }
        highest = highest(others, highest);
        if (isLast(ballot, others)) {
          put(file, own.content);
          discard(blocks);
          return Arrays.equals(own.content, content);
        }
      }
      backOff(attempt);
    }
    throw new IOException("too many writers create " + file);
  }

  /** Writes the own block, then reads those of the others. */
  private List<Block> show(Block own) throws IOException {
    put(HadoopPath.child(blocks, self), own.toBytes());
    List<Block> others = new ArrayList<>();
    for (FileStatus status : storage.list(blocks)) {
      if (!status.getPath().getName().equals(self)) {
        try {
          others.add(Block.parse(storage.read(status.getPath(), MAX_BYTES)));
        } catch (FileNotFoundException e) {
          // Its writer removed it, which is after the file was created.
        }
      }
    }
    return others;
  }

  /** The content that was accepted last, by any writer; else the own one. */
  private static byte[] chosen(Block own, List<Block> others) {
    Block last = own;
    for (Block other : others) {
      last = other.accepted.compareTo(last.accepted) > 0 ? other : last;
    }
    return last.content;
  }

  private static boolean isLast(Ballot ballot, List<Block> others) {
    return others.stream().allMatch(other -> other.ballot.compareTo(ballot) < 0);
  }

  private static long highest(List<Block> others, long known) {
    return Math.max(
        known, others.stream().mapToLong(other -> other.ballot.number()).max().orElse(0));
  }

  private void put(Path path, byte[] content) throws IOException {
    OpenFile.write(storage.fileSystem().create(path, true), out -> out.write(content));
  }

  private boolean lost(byte[] content) throws IOException {
    discard(HadoopPath.child(blocks, self));
    return has(content);
  }

  private boolean has(byte[] content) throws IOException {
    return storage.status(file).getLen() == content.length
        && Arrays.equals(storage.read(file, content.length), content);
  }

  /** A block that stays disturbs nobody, since the file exists. */
  private void discard(Path path) {
    try {
      storage.delete(path);
    } catch (IOException e) {
      log.debug("cannot delete {}", path, e);
    }
  }

  /** Waits for a random time, so that of two writers one finishes. */
  private static void backOff(int attempt) throws IOException {
    long random = UUID.randomUUID().getLeastSignificantBits() >>> 32;
    try {
      Thread.sleep(random % (20L << Math.min(attempt, 6)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
