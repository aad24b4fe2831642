package io.centroid.redact.detect;

/** Check digits of identifiers; all arguments are ASCII digits unless stated. */
public final class CheckDigits {
  private static final int[][] DIHEDRAL = dihedral();
  private static final int[] PERMUTATION = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
  private static final int[] RESIDENT = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  private static final String DNI = "TRWAGMYFPDXBNJZSQVHLCKE";

  private CheckDigits() {}

  /** The Luhn digit (ISO/IEC 7812-1, annex B) that completes the digits. */
  public static char luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighted = i % 2 == 0 ? 2 * digit : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return (char) ('0' + (10 - sum % 10) % 10);
  }

  /** The check character of a Chinese resident id, ISO 7064 MOD 11-2 (GB 11643): a digit or X. */
  public static char resident(String seventeen) {
    int sum = 0;
    for (int i = 0; i < RESIDENT.length; i++) {
      sum += RESIDENT[i] * (seventeen.charAt(i) - '0');
    }
    return "10X98765432".charAt(sum % 11);
  }

  /** The check digit of a German tax id, ISO 7064 MOD 11,10. */
  public static char mod11And10(String digits) {
    int product = 10;
    for (int i = 0; i < digits.length(); i++) {
      int sum = (digits.charAt(i) - '0' + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (char) ('0' + (11 - product) % 10);
  }

  /** Verhoeff's check digit, which ends an Aadhaar number. */
  public static char verhoeff(String digits) {
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      for (int power = 0; power <= i % 8; power++) {
        digit = PERMUTATION[digit];
      }
      check = DIHEDRAL[check][digit];
    }
    for (int inverse = 0; inverse < 10; inverse++) {
      if (DIHEDRAL[check][inverse] == 0) {
        return (char) ('0' + inverse);
      }
    }
    throw new IllegalStateException("the dihedral group has inverses");
  }

  /** The remainder by 97 of letters and digits, letters as 10 to 35 (ISO 7064 MOD 97-10). */
  public static int mod97(String alphanumeric) {
    int remainder = 0;
    for (int i = 0; i < alphanumeric.length(); i++) {
      int value = Character.digit(alphanumeric.charAt(i), 36);
      remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    return remainder;
  }

  /** The two check digits of an IBAN (ISO 13616). */
  public static String iban(String country, String bban) {
    return twoDigits(98 - mod97(bban + country + "00"));
  }

  /** The two digits of the key of a French NIR; 2A and 2B stand for departments of Corsica. */
  public static String nir(String thirteen) {
    String digits = thirteen.replace("2A", "19").replace("2B", "18");
    return twoDigits((int) (97 - Long.parseLong(digits) % 97));
  }

  /** The letter of a Spanish DNI or NIE; X, Y and Z stand for a leading 0, 1 and 2. */
  public static char dni(String number) {
    int first = "XYZ".indexOf(number.charAt(0));
    String digits = first < 0 ? number : first + number.substring(1);
    return DNI.charAt(Integer.parseInt(digits) % DNI.length());
  }

  private static String twoDigits(int value) {
    return value < 10 ? "0" + value : String.valueOf(value);
  }

  /** The multiplication of the dihedral group of order 10. */
  private static int[][] dihedral() {
    int[][] table = new int[10][10];
    for (int a = 0; a < 10; a++) {
      for (int b = 0; b < 10; b++) {
        int rotation = a < 5 ? a + b % 5 : a - b % 5 + 5;
        table[a][b] = rotation % 5 + (a < 5 == b < 5 ? 0 : 5);
      }
    }
    return table;
  }
}
