package io.centroid.redact.table;

import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Redacts the rows of one table. Not thread-safe. */
public final class TableRedactor {
  private static final String HMAC = "HmacSHA256";

  /** Bytes of a hash that are written: collisions among 2^32 values have probability 2^-65. */
  private static final int HASH_BYTES = 16;

  private final List<String> header;
  private final List<ColumnRule> rules;
  private final BiFunction<String, String, Optional<String>> text;
  private final @Nullable Mac mac;

  /**
   * A redactor for rows of the given columns.
   *
   * @param key key of the hashes; empty if no column is hashed
   * @param text redaction of a cell, from the name of its column and the cell; empty if its row is
   *     to be dropped
   */
  public TableRedactor(
      TablePolicy policy,
      byte[] key,
      List<String> header,
      BiFunction<String, String, Optional<String>> text) {
    this.header = List.copyOf(header);
    this.rules = this.header.stream().map(policy::rule).toList();
    this.text = text;
    this.mac = rules.stream().anyMatch(ColumnRule.Hash.class::isInstance) ? mac(key) : null;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a column, by its index from 0, is written. */
  public boolean keeps(int column) {
    return !(rules.get(column) instanceof ColumnRule.Drop);
  }

  /** The columns that are written. */
  public List<String> header() {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (keeps(i)) {
        kept.add(header.get(i));
      }
    }
    return kept;
  }

  /**
   * The cells of a row that are written; empty if the row is dropped.
   *
   * @param row cells, one per column
   * @throws InputException if a cell is not what its rule expects; it names the column only
   */
  public Optional<List<String>> row(List<String> row) {
    List<String> kept = new ArrayList<>(row.size());
    for (int i = 0; i < row.size(); i++) {
      if (keeps(i)) {
        Optional<String> cell = row.get(i).isEmpty() ? Optional.of("") : cell(i, row.get(i));
        if (cell.isEmpty()) {
          return Optional.empty();
        }
        kept.add(cell.get());
      }
    }
    return Optional.of(kept);
  }

  private Optional<String> cell(int column, String cell) {
    ColumnRule rule = rules.get(column);
    if (rule instanceof ColumnRule.Redact) {
      return text.apply(header.get(column), cell);
    }
    if (rule instanceof ColumnRule.Hash) {
      return Optional.of(hash(cell));
    }
    if (rule instanceof ColumnRule.Generalize generalize) {
      try {
        return Optional.of(generalize.generalize(cell));
      } catch (InputException e) {
        throw new InputException("column '" + header.get(column) + "': " + e.getMessage(), e);
      }
    }
    return Optional.of(cell);
  }

  private String hash(String cell) {
    if (mac == null) {
      throw new IllegalStateException("no key");
    }
    byte[] hash = mac.doFinal(cell.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
  }
}
