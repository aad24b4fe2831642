package io.centroid.redact;

import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Seeded prose in English and Chinese with personal data whose places are known, and with numbers
 * and words that look like personal data and are not.
 */
final class LabeledCorpus {
  private static final List<String> ENGLISH =
      List.of(
          "You can use %s for that.",
          "The record lists %s, as discussed.",
          "We found %s in the old file.",
          "Please update %s by Friday.",
          "(%s)",
          "It was %s; nobody objected.",
          "They sent %s to us yesterday.",
          "Entry: %s",
          "The form says \"%s\" at the top.");
  private static final List<String> CHINESE =
      List.of("资料里写的是%s。", "请核对%s，谢谢。", "系统中保存了%s，需要更新。", "表格第一行：%s", "他昨天提供了%s（已确认）。", "我们找到了%s。");

  private static final Map<Kind, List<String>> ENGLISH_OF =
      Map.of(
          Kind.PHONE,
          List.of(
              "Call me at %s after six.",
              "Her phone number is %s.",
              "Fax: %s",
              "You can reach us on %s or by mail.",
              "Mobile %s, evenings only."),
          Kind.BIRTH_DATE,
          List.of(
              "She was born on %s in a small town.",
              "DOB: %s", "Date of birth: %s.", "He was born %s, the third son."),
          Kind.ADDRESS,
          List.of(
              "He lives at %s.",
              "Ship it to %s, please.", "Our office moved to %s last year.", "Address: %s"),
          Kind.NAME,
          List.of(
              "My name is %s and I write about gardens.",
              "Yesterday %s called the office.",
              "Dear %s, thank you for the parcel.",
              "The report by %s arrived.",
              "We met %s at the station.",
              "According to Dr. %s, it is fine.",
              "%s moved to Leeds in the spring.",
              "The keys belong to %s, who lives upstairs.",
              "Thanks to %s the tests pass again.",
              "A letter from %s lay on the table.",
              "In 2019 %s and two others left.",
              "Hi %s, see you on Friday.",
              "Nobody expected %s to win.",
              "The photos show %s at the lake.",
              "\"It works\", said %s on Monday."),
          Kind.US_SSN,
          List.of("SSN %s is on file.", "His social security number is %s.", "The form shows %s."));
  private static final Map<Kind, List<String>> CHINESE_OF =
      Map.of(
          Kind.PHONE, List.of("联系电话%s，下午在。", "请拨打%s咨询。", "手机：%s", "我的手机号码是%s，随时联系。"),
          Kind.BIRTH_DATE, List.of("他生于%s，毕业于本地大学。", "出生日期：%s", "她的生日是%s。"),
          Kind.ADDRESS, List.of("他住在%s。", "收货地址：%s", "公司位于%s，交通方便。", "请寄到%s。"),
          Kind.NAME,
              List.of(
                  "姓名：%s",
                  "我叫%s，来自南方。",
                  "联系人：%s，请尽快回复。",
                  "%s先生已经到了。",
                  "昨天%s的报告通过了。",
                  "会议由%s主持。",
                  "校长%s宣布了结果。",
                  "大家都认识%s。",
                  "由于%s生病，会议取消了。",
                  "%s和同事去了北京。",
                  "这封信是%s写的。",
                  "书架上有%s的照片。",
                  "听说%s要去南方。",
                  "下午%s来过一次。",
                  "还有%s也参加了。"));

  /** Kinds whose last character is a check digit, or part of one. */
  private static final List<Kind> CHECKED =
      List.of(
          Kind.CARD,
          Kind.IBAN,
          Kind.CN_ID,
          Kind.FR_NIR,
          Kind.IN_AADHAAR,
          Kind.ES_DNI,
          Kind.DE_TAX_ID);

  private static final List<String> FILLER =
      List.of(
          "The committee will review the proposal next week, and most members expect a short debate.",
          "Rain is expected in the north; the harvest began early this year.",
          "A model with fewer layers trained faster, although its accuracy was lower.",
          "In the Middle Ages the town traded wool with Flanders and Northern Italy.",
          "会议讨论了明年的预算，大家认为需要更多时间。",
          "这个模型的训练速度比上一个版本快得多。",
          "天气预报说北方有雨，气温下降。",
          "研究人员在实验中比较了三种不同的方法，结果并不一致。");

  private final Random random;
  private final MadeUpValues values;

  LabeledCorpus(long seed) {
    this.random = new Random(seed);
    this.values = new MadeUpValues(random);
  }

  /** Documents in which every kind occurs {@code perKind} times, half of them in Chinese prose. */
  List<LabeledText> documents(int perKind) {
    List<LabeledText> documents = new ArrayList<>();
    Kind[] kinds = Kind.values();
    for (int i = 0; i < perKind * kinds.length; ) {
      Writer writer = new Writer();
      for (int items = 0; items < 4 && i < perKind * kinds.length; items++, i++) {
        writer.prose(values.pick(FILLER));
        writer.item(kinds[i % kinds.length], i / kinds.length % 2 == 0);
        writer.prose(lookAlike());
      }
      documents.add(writer.done());
    }
    return documents;
  }

  /** Something that looks like personal data. */
  String lookAlike() {
    List<Supplier<String>> all =
        List.of(
            () -> "Order number " + values.number(10) + " has shipped.",
            () -> "Tracking no. " + values.number(16) + ".",
            () -> "订单号" + values.number(16) + "已经发货。",
            () ->
                "ISBN 978-"
                    + values.number(1)
                    + "-"
                    + values.number(4)
                    + "-"
                    + values.number(4)
                    + "-"
                    + values.number(1),
            () ->
                "Released as version "
                    + values.between(1, 9)
                    + "."
                    + values.between(0, 30)
                    + "."
                    + values.between(0, 9)
                    + "."
                    + values.between(1, 9)
                    + ".",
            () ->
                "The fair is on "
                    + values.between(2000, 2029)
                    + "-0"
                    + values.between(1, 9)
                    + "-"
                    + values.between(10, 28)
                    + " at 10:30:15.",
            () ->
                "会议时间是"
                    + values.between(2000, 2029)
                    + "年"
                    + values.between(1, 12)
                    + "月"
                    + values.between(1, 28)
                    + "日。",
            () -> "commit " + values.hex(40),
            () -> "sha256:" + values.hex(64),
            () ->
                "It costs $"
                    + values.between(1, 999)
                    + ","
                    + values.between(100, 999)
                    + "."
                    + values.between(10, 99)
                    + " in total.",
            () -> "价格为￥" + values.between(100, 99999) + ".00元。",
            () -> "id " + new UUID(random.nextLong(), random.nextLong()),
            () -> "Follow @" + values.base62(8) + " or mail icon@2x.png around.",
            () -> "pip install tool@" + values.between(1, 9) + "." + values.between(1, 9) + ".0",
            () ->
                "Located at "
                    + values.between(10, 89)
                    + "."
                    + values.number(5)
                    + ", "
                    + values.between(10, 89)
                    + "."
                    + values.number(5)
                    + ".",
            () -> "Between 1939 and 1945, 12 345 people moved; 250 000 stayed.",
            () -> "std::vector and a::b in 12:30:45 of ::1 notation",
            () -> "see https://example.org/a/b?x=" + values.number(6) + " for more",
            () -> "The ratio was " + values.number(1) + "." + values.number(12) + " (p < 0.001).",
            () -> "Chapter 12 Street Photography, The Grand Hotel, Victoria Station, Jordan River.",
            () -> "王国的历史很长，高山和江河都在这里，李子和杨树很多。",
            () -> "他在第" + values.between(1, 99) + "号文件里提到路线" + values.between(1, 30) + "号线。",
            () -> "invoice 2024-" + values.number(6) + " of batch " + values.number(12),
            () -> "git@github.com:org/repo.git was cloned in 4711 ms.",
            () -> "score 21-15, 21-18; room 4-4-4; 10.5.2024",
            () -> "The number " + values.broken(values.pick(CHECKED)) + " was refused.",
            () -> "号码" + values.broken(values.pick(CHECKED)) + "校验失败。",
            () ->
                "The region has "
                    + values.between(100, 999)
                    + " "
                    + values.number(3)
                    + " "
                    + values.number(3)
                    + " inhabitants, "
                    + values.between(10, 99)
                    + ","
                    + values.number(3)
                    + " of them new.",
            () -> "Serial " + values.hex(4) + "-" + values.hex(4) + "-" + values.hex(4) + " fits.",
            () -> "The token is a word, the secret of the password a long story.",
            () -> "New York Times, Royal Academy, Prime Minister, Christmas Eve, Mount Everest",
            () -> "方法向来简单，于是大家都同意，高度和温度都在下降。");
    return values.pick(all).get();
  }

  private final class Writer {
    private final StringBuilder text = new StringBuilder();
    private final List<Span> spans = new ArrayList<>();

    void prose(String sentence) {
      text.append(sentence).append(random.nextInt(3) == 0 ? '\n' : ' ');
    }

    void item(Kind kind, boolean chinese) {
      Map<Kind, List<String>> special = chinese ? CHINESE_OF : ENGLISH_OF;
      String template = values.pick(special.getOrDefault(kind, chinese ? CHINESE : ENGLISH));
      String value = values.of(kind, chinese);
      int at = template.indexOf("%s");
      int start = text.length() + at;
      spans.add(new Span(kind, start, start + value.length()));
      String rest = template.substring(at + 2);
      prose(template.substring(0, at) + value + (rest.isEmpty() ? "\n" : rest));
    }

    LabeledText done() {
      return new LabeledText(text.toString(), List.copyOf(spans));
    }
  }
}
