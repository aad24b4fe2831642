package io.centroid.redact.table;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a published table must satisfy. k-anonymity (Sweeney, 2002): each combination of the
 * quasi-identifiers is that of at least k rows. Distinct l-diversity (Machanavajjhala et al.,
 * 2007): the rows of each combination have at least l values of the sensitive column.
 *
 * @param quasiIdentifiers names of the columns that may identify a person together
 * @param k least number of rows of a combination
 * @param sensitive name of the sensitive column; empty for none
 * @param l least number of its values in a combination; 1 without a sensitive column
 */
public record Anonymity(List<String> quasiIdentifiers, int k, String sensitive, int l)
    implements Serializable {

  public Anonymity {
    quasiIdentifiers = List.copyOf(quasiIdentifiers);
  }

  /** The columns that are looked at. */
  public List<String> columns() {
    return sensitive.isEmpty()
        ? quasiIdentifiers
        : Stream.concat(quasiIdentifiers.stream(), Stream.of(sensitive)).toList();
  }

  /**
   * What was found in a table.
   *
   * @param rows number of rows
   * @param groups number of combinations of the quasi-identifiers
   * @param smallest number of rows of the rarest combination; 0 without rows
   * @param smallGroups number of combinations of fewer than k rows
   * @param smallGroupRows number of rows of these
   * @param leastDiverse least number of sensitive values in a combination; 0 if it is not checked
   * @param uniformGroups number of combinations with fewer than l sensitive values
   */
  public record Found(
      long rows,
      long groups,
      long smallest,
      long smallGroups,
      long smallGroupRows,
      long leastDiverse,
      long uniformGroups)
      implements Serializable {
    /** Of no rows. */
    public static final Found NONE = new Found(0, 0, 0, 0, 0, 0, 0);

    /** With the groups of another part of the table; no group is in both. */
    public Found plus(Found other) {
      if (groups == 0 || other.groups == 0) {
        return groups == 0 ? other : this;
      }
      return new Found(
          rows + other.rows,
          groups + other.groups,
          Math.min(smallest, other.smallest),
          smallGroups + other.smallGroups,
          smallGroupRows + other.smallGroupRows,
          Math.min(leastDiverse, other.leastDiverse),
          uniformGroups + other.uniformGroups);
    }
  }

  /**
   * What is found in one group.
   *
   * @param rows number of its rows
   * @param values number of different sensitive values in it
   */
  public Found group(long rows, long values) {
    boolean small = rows < k;
    boolean diverse = !sensitive.isEmpty();
    return new Found(
        rows,
        1,
        rows,
        small ? 1 : 0,
        small ? rows : 0,
        diverse ? values : 0,
        diverse && values < l ? 1 : 0);
  }

  /**
   * Checks a table.
   *
   * @throws InputException if it is not k-anonymous, or not l-diverse
   */
  public void require(Found found) {
    String columns = String.join(", ", quasiIdentifiers);
    if (found.smallGroups() > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "not %d-anonymous: %,d of %,d rows are in %,d groups of fewer than %d with the same %s"
                  + " (the smallest: %d); generalize these columns more, or drop one",
              k,
              found.smallGroupRows(),
              found.rows(),
              found.smallGroups(),
              k,
              columns,
              found.smallest()));
    }
    if (found.uniformGroups() > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "not %d-diverse: %,d of %,d groups with the same %s have fewer than %d values of %s"
                  + " (the least: %d); generalize these columns more, or drop one",
              l,
              found.uniformGroups(),
              found.groups(),
              columns,
              l,
              sensitive,
              found.leastDiverse()));
    }
  }
}
