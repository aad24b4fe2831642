package io.centroid.data.idx;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.FileContent;
import io.centroid.io.decoding.FileHead;
import java.io.Closeable;

/** An open IDX file whose length matches its header. Not thread-safe. */
final class IdxFile implements Closeable {
  private final IdxHeader header;
  private final FileContent content;

  private IdxFile(IdxHeader header, FileContent content) {
    this.header = header;
    this.content = content;
  }

  /** Reads and checks only the header; the length of a gzipped file is checked on decoding. */
  static IdxHeader header(HadoopFiles files, String path, IdxHeader.Content content) {
    return header(path, FileHead.read(files, path, IdxHeader.LONGEST), content);
  }

  static IdxFile open(
      DecodedFiles files, String path, IdxHeader.Content expected, long decodedLimit) {
    FileHead head = FileHead.read(files.stored(), path, IdxHeader.LONGEST);
    IdxHeader header = header(path, head, expected);
    if (head.isDecoded() && header.fileBytes() > decodedLimit) {
      throw new InputException(
          path
              + ": the header declares "
              + header.fileBytes()
              + " bytes, expected at most "
              + decodedLimit
              + " (the limit of decoded bytes)");
    }
    DecodingLimit limit = DecodingLimit.declared(header.fileBytes());
    FileContent content = files.open(path, head, limit);
    if (content.length() < header.fileBytes()) {
      content.close();
      throw lengthDiffers(path, header, content.length());
    }
    return new IdxFile(header, content);
  }

  IdxHeader header() {
    return header;
  }

  /** Reads {@code records} records, starting at {@code first}, into the start of {@code target}. */
  void read(long first, int records, byte[] target) {
    int recordBytes = header.recordBytes();
    content.readFully(header.headerBytes() + first * recordBytes, target, 0, records * recordBytes);
  }

  @Override
  public void close() {
    content.close();
  }

  private static IdxHeader header(String path, FileHead head, IdxHeader.Content content) {
    IdxHeader header = IdxHeader.parse(path, head.bytes(), content);
    if (!head.isDecoded() && header.fileBytes() != head.fileLength()) {
      throw lengthDiffers(path, header, head.fileLength());
    }
    return header;
  }

  private static InputException lengthDiffers(String path, IdxHeader header, long found) {
    return new InputException(
        path
            + ": the data ends at offset "
            + found
            + ", expected "
            + header.fileBytes()
            + " as the header declares ("
            + header.count()
            + " records of "
            + header.recordBytes()
            + " bytes)");
  }
}
