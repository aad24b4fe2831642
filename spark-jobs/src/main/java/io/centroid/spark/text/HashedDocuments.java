package io.centroid.spark.text;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.tokenizing.DocumentHash;
import io.centroid.data.tokenizing.DocumentHashing;
import io.centroid.spark.JavaSerialized;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/** Iterator over the documents of a task with their hashes, read lazily. */
final class HashedDocuments
    implements Iterator<Tuple2<JavaSerialized<DocumentHash>, JavaSerialized<DocumentPosition>>> {
  private final DocumentHashing hashing;
  private boolean peeked;
  private boolean found;

  HashedDocuments(DocumentHashing hashing) {
    this.hashing = hashing;
  }

  @Override
  public boolean hasNext() {
    if (!peeked) {
      peeked = true;
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
    peeked = false;
    return new Tuple2<>(
        new JavaSerialized<>(hashing.hash()), new JavaSerialized<>(hashing.place()));
  }
}
