package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Examples that specifications and authorities publish, and the usual ways to write them. */
class PublishedValuesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          CARD            ~ 4012888888881881
          CARD            ~ 3782 822463 10005
          CARD            ~ 3056-930902-5904
          CARD            ~ 6011 1111 1111 1117
          IBAN            ~ GB82 WEST 1234 5698 7654 32
          IBAN            ~ DE89370400440532013000
          IBAN            ~ FR14 2004 1010 0505 0001 3M02 606
          CN_ID           ~ 11010519491231002X
          CN_ID           ~ 440524188001010014
          UK_NINO         ~ AB 12 34 56 C
          DE_TAX_ID       ~ 86095742719
          DE_TAX_ID       ~ 47 036 892 816
          FR_NIR          ~ 2 55 08 14 168 025 38
          ES_DNI          ~ 12345678Z
          ES_DNI          ~ X1234567L
          IN_AADHAAR      ~ 2341 2341 2346
          US_SSN          ~ 123-45-6789
          MAC             ~ 00-00-5E-00-53-AF
          MAC             ~ 0000.5E00.53AF
          MAC             ~ aabb.ccdd.eeff
          IPV6            ~ 2001:db8:85a3::8a2e:370:7334
          IPV4            ~ 203.0.113.7
          EMAIL           ~ o'brien+news@mail.example.co.uk
          EMAIL           ~ 用户@例子.中国
          API_KEY         ~ hf_AbcdefghijklmnopqrstuvwxyzABCDEFGH
          API_KEY         ~ hf_abcdefghijklmnopqrstuvwxyzabcdefgh
          API_KEY         ~ AKIAIOSFODNNEXAMPLEX
          ADDRESS         ~ PO Box 123, Springfield, IL 62704
          ADDRESS         ~ p.o. box 77
          URL_CREDENTIALS ~ postgresql://admin:s3cr3t@db.example.com:5432/app
          PHONE           ~ +44 20 7946 0958
          PHONE           ~ (415) 555-2671
          PHONE           ~ 138 1234 5678
          PHONE           ~ +49 (0)30 901820
          """)
  void isFoundAsAWhole(Kind kind, String value) {
    String text = "See " + value + " here.";
    assertThat(Redactor.of(Policy.masking()).find(text))
        .containsExactly(new Span(kind, 4, 4 + value.length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          password: hunter2!            ~ password: [API-KEY]
          the API token is 9fK2mQ7xL0aZ4bN8cV1d ~ the API token is [API-KEY]
          aws = AKIAIOSFODNN7EXAMPLE    ~ aws = [API-KEY]
          DOB: 17/05/1985               ~ DOB: [BIRTH-DATE]
          出生日期：一九九〇年七月八日       ~ 出生日期：[BIRTH-DATE]
          生于二○○一年十二月二十五日，      ~ 生于[BIRTH-DATE]，
          他于1985年五月十七日出生          ~ 他于[BIRTH-DATE]出生
          请写信到用户@例子.中国。          ~ 请写信到[EMAIL]。
          顧客：操小明                    ~ 顧客：[NAME]
          收件人：Thandiwe Nkosi          ~ 收件人：[NAME]
          Felix 350 Fifth Avenue        ~ Felix [ADDRESS]
          born on the 3rd of May 1985   ~ born on the [BIRTH-DATE]
          他于1985年5月17日出生           ~ 他于[BIRTH-DATE]出生
          My name is Thandiwe Nkosi.    ~ My name is [NAME].
          Mr. Zhivago left              ~ Mr. [NAME] left
          姓名：欧阳锋                    ~ 姓名：[NAME]
          他住在北京市朝阳区建国路88号3栋501室。 ~ 他住在[ADDRESS]。
          at 350 Fifth Avenue, New York, NY 10118 now ~ at [ADDRESS] now
          in Karl-Marx-Allee 12, 10243 Berlin ~ in [ADDRESS]
          Prof. Dr. Klaus Meyer spoke   ~ Prof. Dr. [NAME] spoke
          José García-López and Jean-Luc Picard ~ [NAME] and [NAME]
          date_of_birth=17.05.1985;     ~ date_of_birth=[BIRTH-DATE];
          birthDate: 1985-05-17T00:00Z  ~ birthDate: [BIRTH-DATE]T00:00Z
          in der Hauptstraße 12a, 55116 Mainz wohnt   ~ in der [ADDRESS] wohnt
          """)
  void contextDecides(String text, String masked) {
    assertThat(Redactor.of(Policy.masking()).redact(text).text()).contains(masked);
  }
}
