package io.centroid.spark.text;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.tokenizing.DocumentHash;
import io.centroid.data.tokenizing.DocumentHashing;
import io.centroid.spark.JavaSerialized;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/** The documents of a task by their hashes, read as they are asked for. */
final class HashedDocuments
    implements Iterator<Tuple2<JavaSerialized<DocumentHash>, JavaSerialized<DocumentPosition>>> {
  private final DocumentHashing hashing;
  private boolean looked;
  private boolean found;

  HashedDocuments(DocumentHashing hashing) {
    this.hashing = hashing;
  }

  @Override
  public boolean hasNext() {
    if (!looked) {
      looked = true;
      found = hashing.next();
    }
    if (!found) {
      hashing.close();
    }
    return found;
  }

  @Override
  public Tuple2<JavaSerialized<DocumentHash>, JavaSerialized<DocumentPosition>> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    looked = false;
    return new Tuple2<>(
        new JavaSerialized<>(hashing.hash()), new JavaSerialized<>(hashing.place()));
  }
}
