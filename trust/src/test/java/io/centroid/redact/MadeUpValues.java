package io.centroid.redact;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.centroid.redact.detect.Kind;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Made-up personal data of every kind, in the ways in which people write them. Check digits are
 * computed here by other algorithms than those that the rules use: tables, sums and remainders from
 * the specifications.
 */
final class MadeUpValues {
  private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();
  private static final List<String> REGIONS = List.of("US", "GB", "DE", "CN");
  private static final List<String> ABROAD = List.of("FR", "IN", "JP", "BR", "NG", "PL");

  private static final List<String> GIVEN =
      List.of(
          "James",
          "Mary",
          "Olivia",
          "Noah",
          "Emma",
          "Liam",
          "Sophia",
          "Henry",
          "Grace",
          "Daniel",
          "Laura",
          "Kevin",
          "Hannah",
          "Peter",
          "Anna",
          "Thabo",
          "Ingrid",
          "Rajesh",
          "Svetlana",
          "Yuki",
          "Aisha",
          "Mateusz",
          "Siobhán",
          "Chidi",
          "Fatima",
          "Lars",
          "Priya",
          "Zoë",
          "Mohammed",
          "Ximena",
          "Bogdan",
          "Eleni",
          "Kwame",
          "Nadia",
          "Birgit",
          "Jürgen",
          "Camila",
          "Hiroshi",
          "Declan",
          "Imogen",
          "Thaddeus",
          "Oisín",
          "Bashir",
          "Tamsin",
          "Ottoline",
          "Wilhelmina",
          "Lucinda",
          "Ignatius",
          "Zuzanna",
          "Radek",
          "Farida",
          "Tove",
          "Bronwyn",
          "Cedric",
          "Delphine",
          "Gwendolyn",
          "Anneliese",
          "Osric",
          "Temitope",
          "Ulrike");
  private static final List<String> SURNAMES =
      List.of(
          "Smith",
          "Johnson",
          "Miller",
          "O'Connor",
          "Whitfield",
          "Garcia",
          "de la Cruz",
          "van der Berg",
          "Ashworth",
          "Nakamura",
          "Petrov",
          "Okafor",
          "Schneider",
          "Dubois",
          "Hughes",
          "Taylor",
          "Bennett",
          "Lindqvist",
          "Kowalski",
          "Haddad",
          "Ivanova",
          "MacDonald",
          "Hernandez-Ruiz",
          "Papadopoulos",
          "Yilmaz",
          "Sørensen",
          "Chaudhry",
          "Penhaligon",
          "Abernathy",
          "Castellanos",
          "Quigley",
          "Ng",
          "Kaur",
          "Bhattacharya");
  private static final List<String> CHINESE_SURNAMES =
      List.of(
          "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "欧阳", "徐", "孙", "胡", "朱", "高", "闻", "操",
          "冼", "晏", "桑", "楚", "骆", "司空");
  private static final List<String> CHINESE_GIVEN =
      List.of(
          "伟", "芳", "秀英", "建国", "晓明", "静怡", "子轩", "浩然", "梓涵", "志强", "丽华", "雨桐", "思远", "俊杰", "美玲",
          "一鸣", "乐怡", "国栋", "锦程", "若溪", "翊", "煜城", "昭", "沐宸", "芷若", "钊", "予安", "铭泽", "黎昕", "琬清");
  private static final List<String> ROADS =
      List.of(
          "Maple",
          "Oakwood",
          "Lincoln",
          "Station",
          "Church",
          "Victoria",
          "Sunset",
          "Mill",
          "High",
          "King George");
  private static final List<String> CHINESE_ROADS =
      List.of("中山", "人民", "建国", "解放", "长江", "延安", "学院", "文化");

  private final Random random;

  MadeUpValues(Random random) {
    this.random = random;
  }

  String of(Kind kind, boolean chinese) {
    return switch (kind) {
      case EMAIL -> email();
      case PHONE -> phone(chinese);
      case CARD -> card();
      case IBAN -> iban();
      case US_SSN -> ssn();
      case CN_ID -> resident();
      case UK_NINO -> nino();
      case DE_TAX_ID -> taxId();
      case FR_NIR -> nir();
      case ES_DNI -> dni();
      case IN_AADHAAR -> aadhaar();
      case IPV4 ->
          between(1, 223) + "." + between(0, 255) + "." + between(0, 255) + "." + between(1, 254);
      case IPV6 -> ipv6();
      case MAC -> mac();
      case URL_CREDENTIALS -> url();
      case API_KEY -> key();
      case PRIVATE_KEY -> pem();
      case BIRTH_DATE -> date(chinese);
      case ADDRESS -> chinese ? chineseAddress() : address();
      case NAME -> chinese ? pick(CHINESE_SURNAMES) + pick(CHINESE_GIVEN) : name();
    };
  }

  private String email() {
    String given = pick(GIVEN).toLowerCase(Locale.ROOT);
    String surname = pick(SURNAMES).toLowerCase(Locale.ROOT).replaceAll("[' ]", "");
    String local =
        switch (random.nextInt(6)) {
          case 0 -> given + "." + surname;
          case 1 -> given + between(1, 9999);
          case 2 -> given.charAt(0) + "_" + surname;
          case 3 -> given + "+" + pick(List.of("news", "shop", "x1"));
          case 4 -> surname + "-" + given;
          default -> given.toUpperCase(Locale.ROOT);
        };
    String domain =
        pick(List.of("example", "mail", "post-box", "acme", "uni-mainz", "163", "qq", "x1"))
            + pick(List.of(".com", ".org", ".co.uk", ".de", ".cn", ".io", ".com.cn", ".museum"));
    return local + "@" + domain;
  }

  private String phone(boolean chinese) {
    if (random.nextInt(8) == 0) {
      return PHONES.format(phoneNumber(pick(ABROAD)), PhoneNumberFormat.INTERNATIONAL);
    }
    String region = chinese && random.nextInt(4) > 0 ? "CN" : pick(REGIONS);
    PhoneNumber number = phoneNumber(region);
    String national = PHONES.format(number, PhoneNumberFormat.NATIONAL);
    return switch (random.nextInt(5)) {
      case 0 -> PHONES.format(number, PhoneNumberFormat.E164);
      case 1 -> PHONES.format(number, PhoneNumberFormat.INTERNATIONAL);
      case 2 -> national.replaceAll("[() -]+", "-").replaceFirst("^-", "");
      case 3 ->
          region.equals("US")
              ? national.replaceAll("[() -]+", ".").replaceFirst("^\\.", "")
              : national;
      default -> national;
    };
  }

  /** A random valid number with the first digits of the library's example. */
  private PhoneNumber phoneNumber(String region) {
    PhoneNumberType type =
        random.nextBoolean() ? PhoneNumberType.MOBILE : PhoneNumberType.FIXED_LINE;
    PhoneNumber example = PHONES.getExampleNumberForType(region, type);
    String digits = String.valueOf(example.getNationalNumber());
    PhoneNumber made = new PhoneNumber();
    do {
      int kept = Math.min(3, digits.length() - 5);
      made.setCountryCode(example.getCountryCode());
      made.setNationalNumber(
          Long.parseLong(digits.substring(0, kept) + number(digits.length() - kept)));
    } while (!PHONES.isValidNumber(made));
    return made;
  }

  private String card() {
    String prefix = pick(List.of("4", "51", "55", "2221", "34", "37", "6011", "3530", "62", "36"));
    int length =
        prefix.startsWith("34") || prefix.startsWith("37") ? 15 : prefix.equals("36") ? 14 : 16;
    String digits = prefix + number(length - 1 - prefix.length());
    char check = '0';
    while (luhnSum(digits + check) % 10 != 0) {
      check++;
    }
    String card = digits + check;
    int style = random.nextInt(3);
    String separator = style == 1 ? " " : "-";
    return style == 0
        ? card
        : switch (length) {
          case 16 -> card.replaceAll("(.{4})(?=.)", "$1" + separator);
          case 15 ->
              card.substring(0, 4)
                  + separator
                  + card.substring(4, 10)
                  + separator
                  + card.substring(10);
          default ->
              card.substring(0, 4)
                  + separator
                  + card.substring(4, 10)
                  + separator
                  + card.substring(10);
        };
  }

  static int luhnSum(String digits) {
    int[] doubled = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      sum += (digits.length() - i) % 2 == 0 ? doubled[digit] : digit;
    }
    return sum;
  }

  private String iban() {
    String country = pick(List.of("DE", "GB", "FR", "ES", "NL", "CH", "AT", "BE", "PL", "SE"));
    String bban =
        switch (country) {
          case "DE" -> number(18);
          case "GB" -> capitals(4) + number(14);
          case "FR" -> number(23);
          case "ES", "SE" -> number(20);
          case "NL" -> capitals(4) + number(10);
          case "CH" -> number(17);
          case "AT" -> number(16);
          case "BE" -> number(12);
          default -> number(24);
        };
    StringBuilder value = new StringBuilder();
    (bban + country + "00").chars().forEach(c -> value.append(Character.getNumericValue(c)));
    int check = 98 - new BigInteger(value.toString()).mod(BigInteger.valueOf(97)).intValue();
    String iban = country + two(check) + bban;
    return random.nextBoolean() ? iban : iban.replaceAll("(.{4})(?=.)", "$1 ");
  }

  private String ssn() {
    String area = String.format(Locale.ROOT, "%03d", between(1, 665));
    return area
        + "-"
        + two(between(1, 99))
        + "-"
        + String.format(Locale.ROOT, "%04d", between(1, 9999));
  }

  private String resident() {
    String id =
        pick(List.of("110105", "310115", "440305", "330106", "510107", "420111"))
            + between(1945, 2008)
            + two(between(1, 12))
            + two(between(1, 28))
            + number(3);
    // The weights are powers of 2 modulo 11: the whole number of all 18 places is 1.
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum +=
          BigInteger.TWO.modPow(BigInteger.valueOf(17 - i), BigInteger.valueOf(11)).intValue()
              * (id.charAt(i) - '0');
    }
    int check = Math.floorMod(1 - sum, 11);
    return id + (check == 10 ? "X" : String.valueOf(check));
  }

  private String nino() {
    String prefix = pick(List.of("AB", "CE", "JK", "PR", "SW", "HX", "LT", "MA"));
    String digits = number(6);
    String suffix = pick(List.of("A", "B", "C", "D"));
    return random.nextBoolean()
        ? prefix + digits + suffix
        : prefix + " " + digits.replaceAll("(..)(?=.)", "$1 ") + " " + suffix;
  }

  private String taxId() {
    String digits;
    do {
      digits = between(1, 9) + number(9);
    } while (!occursOnceTwice(digits));
    int product = 10;
    for (char c : digits.toCharArray()) {
      int sum = (c - '0' + product) % 10;
      product = 2 * (sum == 0 ? 10 : sum) % 11;
    }
    String id = digits + (product == 1 ? 0 : 11 - product);
    return random.nextBoolean()
        ? id
        : id.substring(0, 2)
            + " "
            + id.substring(2, 5)
            + " "
            + id.substring(5, 8)
            + " "
            + id.substring(8);
  }

  private static boolean occursOnceTwice(String digits) {
    long different = digits.chars().distinct().count();
    boolean three = digits.chars().anyMatch(c -> digits.chars().filter(d -> d == c).count() == 3);
    return different == 9 || different == 8 && three;
  }

  private String nir() {
    String id =
        between(1, 2)
            + number(2)
            + two(between(1, 12))
            + two(between(1, 95))
            + number(3)
            + number(3);
    String key = two(97 - new BigInteger(id).mod(BigInteger.valueOf(97)).intValue());
    return random.nextBoolean()
        ? id + key
        : String.join(
            " ",
            id.substring(0, 1),
            id.substring(1, 3),
            id.substring(3, 5),
            id.substring(5, 7),
            id.substring(7, 10),
            id.substring(10),
            key);
  }

  private String dni() {
    String digits = number(8);
    char letter = "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(digits) % 23);
    return random.nextBoolean() ? digits + letter : digits + "-" + letter;
  }

  /** Verhoeff's digit by trial, with the tables as published. */
  private String aadhaar() {
    String digits = between(2, 9) + number(10);
    char check = '0';
    while (verhoeff(digits + check) != 0) {
      check++;
    }
    String id = digits + check;
    return id.replaceAll("(.{4})(?=.)", "$1" + pick(List.of(" ", "-")));
  }

  static int verhoeff(String digits) {
    String[] product = {
      "0123456789",
      "1234067895",
      "2340178956",
      "3401289567",
      "4012395678",
      "5987604321",
      "6598710432",
      "7659821043",
      "8765932104",
      "9876543210"
    };
    String[] permuted = {
      "0123456789",
      "1576283094",
      "5803796142",
      "8916043527",
      "9453126870",
      "4286573901",
      "2793806415",
      "7046913258"
    };
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      check = product[check].charAt(permuted[i % 8].charAt(digit) - '0') - '0';
    }
    return check;
  }

  private String ipv6() {
    return random.nextBoolean()
        ? "2001:db8:"
            + hex(4)
            + ":"
            + hex(4)
            + ":"
            + hex(4)
            + ":"
            + hex(4)
            + ":"
            + hex(4)
            + ":"
            + hex(4)
        : "2a02:" + between(1, 999) + "::" + hex(4) + ":" + between(1, 99);
  }

  private String mac() {
    String mac = hex(12).replaceAll("(..)(?=.)", "$1" + pick(List.of(":", "-")));
    return random.nextBoolean() ? mac : mac.toUpperCase(Locale.ROOT);
  }

  private String url() {
    return pick(List.of("https", "ftp", "postgresql", "mongodb", "redis"))
        + "://"
        + pick(List.of("admin", "svc-backup", "root", "anna"))
        + ":"
        + base62(between(6, 14))
        + "@"
        + pick(
            List.of(
                "db.internal:5432/app",
                "host.example.com/path?x=1",
                "10.0.0.7:6379",
                "example.org"));
  }

  private String key() {
    return switch (random.nextInt(8)) {
      case 0 -> "AKIA" + capitals(8) + "7Q2Z" + capitals(4);
      case 1 -> "ghp_" + base62(36);
      case 2 -> "xoxb-" + number(12) + "-" + base62(24);
      case 3 -> "AIza" + base62(35);
      case 4 -> "sk_live_" + base62(24);
      case 5 -> "hf_" + base62(34);
      case 6 -> "glpat-" + base62(20);
      default -> jwt();
    };
  }

  private String jwt() {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(
            "{\"alg\":\"HS256\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(
            ("{\"sub\":\"" + number(9) + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8))
        + "."
        + base62(43);
  }

  private String pem() {
    StringBuilder pem = new StringBuilder("-----BEGIN RSA PRIVATE KEY-----\n");
    for (int line = 0; line < 4; line++) {
      pem.append(base62(64)).append('\n');
    }
    return pem.append("-----END RSA PRIVATE KEY-----").toString();
  }

  private String date(boolean chinese) {
    int year = between(1930, 2010);
    int month = between(1, 12);
    int day = between(1, 28);
    if (chinese) {
      return random.nextBoolean()
          ? year + "年" + month + "月" + day + "日"
          : year + "-" + two(month) + "-" + two(day);
    }
    String name =
        List.of(
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December")
            .get(month - 1);
    return switch (random.nextInt(4)) {
      case 0 -> two(month) + "/" + two(day) + "/" + year;
      case 1 -> day + " " + name + " " + year;
      case 2 -> name + " " + day + ", " + year;
      default -> year + "-" + two(month) + "-" + two(day);
    };
  }

  private String address() {
    return switch (random.nextInt(8)) {
      case 3 ->
          "Flat " + between(1, 40) + ", " + between(1, 99) + " " + pick(ROADS) + " Avenue, Leeds";
      case 4 -> between(1, 99) + "B " + pick(ROADS) + " Street";
      case 5 ->
          between(100, 9999)
              + " N "
              + pick(ROADS)
              + " Ave Apt "
              + between(1, 99)
              + ", Springfield, IL "
              + between(60000, 62999);
      case 6 -> pick(List.of("Am Markt ", "Unter den Linden ", "An der Alster ")) + between(1, 99);
      case 0 ->
          between(1, 9999)
              + " "
              + pick(ROADS)
              + " "
              + pick(List.of("Street", "Avenue", "Road", "Lane", "Drive", "Blvd"));
      case 1 ->
          between(1, 9999)
              + " "
              + pick(ROADS)
              + " "
              + pick(List.of("St", "Ave", "Rd", "Court"))
              + ", "
              + pick(List.of("Austin", "Portland", "New York", "San Jose"))
              + ", "
              + pick(List.of("TX", "OR", "NY", "CA"))
              + " "
              + between(10000, 99999);
      case 2 ->
          between(1, 300)
              + " "
              + pick(ROADS)
              + " Road, London SW"
              + between(1, 9)
              + "A "
              + between(1, 9)
              + "AB";
      default ->
          pick(List.of("Haupt", "Bahnhof", "Garten", "Goethe"))
              + pick(List.of("straße", "str.", "weg"))
              + " "
              + between(1, 200)
              + ", "
              + between(10000, 99999)
              + " "
              + pick(List.of("Berlin", "Hamburg", "Mainz"));
    };
  }

  private String chineseAddress() {
    String road = pick(CHINESE_ROADS) + pick(List.of("路", "街", "大道", "东路")) + between(1, 999) + "号";
    return switch (random.nextInt(5)) {
      case 2 -> pick(List.of("中关村大街", "建国门外大街")) + between(1, 99) + "号院" + between(1, 9) + "号楼";
      case 3 -> "杭州市" + pick(List.of("文三西路", "莫干山路")) + between(1, 99) + "弄" + between(1, 99) + "号";
      case 0 -> pick(List.of("北京市朝阳区", "上海市浦东新区", "广东省深圳市南山区", "浙江省杭州市西湖区")) + road;
      case 1 ->
          pick(List.of("成都市武侯区", "南京市鼓楼区"))
              + road
              + between(1, 20)
              + "栋"
              + between(101, 2505)
              + "室";
      default -> pick(List.of("武汉市", "西安市")) + road;
    };
  }

  private String name() {
    String middle = random.nextInt(5) == 0 ? (char) ('A' + random.nextInt(26)) + ". " : "";
    return pick(GIVEN) + " " + middle + pick(SURNAMES);
  }

  /** A value of a kind with another last character, which is its check digit or part of it. */
  String broken(Kind kind) {
    String value = of(kind, false);
    int last = value.length() - 1;
    char c = value.charAt(last);
    char other = c == '9' || c == 'X' ? '0' : c == 'Z' ? 'A' : (char) (c + 1);
    return value.substring(0, last) + other;
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  String number(int digits) {
    return characters("0123456789", digits);
  }

  String hex(int digits) {
    return characters("0123456789abcdef", digits);
  }

  String base62(int length) {
    return characters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length - 2)
        + "7q";
  }

  private String capitals(int length) {
    return characters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", length);
  }

  private String characters(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  static String two(int number) {
    return String.format(Locale.ROOT, "%02d", number);
  }
}
