package io.centroid.bench.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Seeded prose of random words with personal data at regular distances. */
enum RedactionProse {
  ENGLISH(
      ("committee proposal member debate cost rain harvest north year model layer accuracy town wool guild record letter spring"
              + " sample date table river bridge garden market winter engine signal method result paper question answer window door"
              + " village history number report travel music school light water stone paint voice story order reason change")
          .split(" "),
      ("the a of and to in that was for with as on by from which over under after before about between against through"
              + " were had would could should not also only very most some many few each other")
          .split(" "),
      "London Germany March Monday Europe Thames Vienna Parliament Atlantic Newton Summer Grand"
          .split(" "),
      List.of(
          "Write to anna.schmidt@example.org for details. ",
          "Call +1 415-555-2671 after six. ",
          "Card 4111 1111 1111 1111 was charged. ",
          "IBAN DE89 3704 0044 0532 0130 00. ",
          "His SSN is 536-22-1234. ",
          "From 203.0.113.7 at noon. ",
          "My name is Laura Bennett. ",
          "He lives at 350 Fifth Avenue, New York, NY 10118. ",
          "She was born on May 17, 1985. ",
          "See postgresql://admin:s3cr3t@db.example.com:5432/app. ")),
  CHINESE(
      ("会议 预算 时间 模型 速度 版本 准确率 研究 人员 实验 方法 结果 城市 历史 河流 高山 学校 音乐 问题 答案 报告 数字 经济 社会 文化 教育 技术 发展"
              + " 国家 地方 工作 生活 天气 气温 春天 夏季 桥梁 市场 农业 水稻 机器 信号 论文 颜色 石头 方向 常识 白天 金属 任务 万物 江河 余下 田野")
          .split(" "),
      "的 了 在 是 和 与 对 从 把 被 也 都 很 更 最 就 还 而 但 因为 所以 如果 可以 需要 认为 进行 通过 关于".split(" "),
      "北京 上海 长江 欧洲 周一 三月 大学 公司".split(" "),
      List.of(
          "请写信到anna.schmidt@example.org。",
          "联系电话13812345678。",
          "卡号4012888888881881。",
          "身份证号11010519491231002X。",
          "地址为203.0.113.7。",
          "姓名：李晓明。",
          "他住在北京市朝阳区建国路88号。",
          "她生于1985年5月17日。",
          "数据库postgresql://admin:s3cr3t@db.example.com:5432/app。"));

  private static final int DOCUMENT = 16_000;

  private final String[] words;
  private final String[] particles;
  private final String[] names;
  private final List<String> items;

  RedactionProse(String[] words, String[] particles, String[] names, List<String> items) {
    this.words = words;
    this.particles = particles;
    this.names = names;
    this.items = items;
  }

  /**
   * Writes documents of about 16,000 characters.
   *
   * @param bytes total size in UTF-8 at least
   * @param distance bytes per item of personal data
   */
  List<String> documents(long bytes, int distance, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> documents = new ArrayList<>();
    StringBuilder document = new StringBuilder();
    long size = 0;
    long next = distance;
    while (size < bytes) {
      String text = sentence(random);
      if (size >= next) {
        text += items.get(random.nextInt(items.size()));
        next += distance;
      }
      document.append(text);
      size += text.getBytes(StandardCharsets.UTF_8).length;
      if (document.length() > DOCUMENT) {
        documents.add(document.toString());
        document.setLength(0);
      }
    }
    documents.add(document.toString());
    return documents;
  }

  /** Words and particles alternately, one name in 20 words and one number in 40. */
  private String sentence(SplittableRandom random) {
    boolean english = this == ENGLISH;
    StringBuilder text = new StringBuilder();
    int count = 6 + random.nextInt(14);
    for (int i = 0; i < count; i++) {
      int choice = random.nextInt(40);
      String word =
          choice == 0
              ? String.valueOf(random.nextInt(2030))
              : choice < 3 ? pick(names, random) : pick(i % 2 == 0 ? words : particles, random);
      boolean capital = english && i == 0;
      text.append(capital ? word.substring(0, 1).toUpperCase(Locale.ROOT) : word.substring(0, 1));
      text.append(word.substring(1));
      boolean comma = i % 7 == 6;
      text.append(comma ? english ? "," : "，" : "").append(english && i < count - 1 ? " " : "");
    }
    return text.append(english ? ". " : "。").toString();
  }

  private static String pick(String[] from, SplittableRandom random) {
    return from[random.nextInt(from.length)];
  }
}
