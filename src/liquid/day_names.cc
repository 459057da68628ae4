#include "liquid/day_names.h"

#include <iterator>
#include <string>

#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr std::string_view kNumberedMonths = "1월|2월|3월|4월|5월|6월|7월|8월|9월|10월|11월|12월";
constexpr std::string_view kHanMonths = "1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月";
constexpr std::string_view kChineseMonths = "一月|二月|三月|四月|五月|六月|七月|八月|九月|十月|十一月|十二月";
constexpr std::string_view kChineseDays = "星期日|星期一|星期二|星期三|星期四|星期五|星期六";
constexpr std::string_view kVietnameseMonths =
    "tháng 1|tháng 2|tháng 3|tháng 4|tháng 5|tháng 6|tháng 7|tháng 8|tháng 9|tháng 10|tháng 11|tháng 12";

constexpr DayNames kNames[] = {
    {"en", "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday", "Sun|Mon|Tue|Wed|Thu|Fri|Sat",
     "January|February|March|April|May|June|July|August|September|October|November|December",
     "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec", "AM|PM"},
    {"ko", "일요일|월요일|화요일|수요일|목요일|금요일|토요일", "일|월|화|수|목|금|토", kNumberedMonths, kNumberedMonths,
     "오전|오후"},
    {"ja", "日曜日|月曜日|火曜日|水曜日|木曜日|金曜日|土曜日", "日|月|火|水|木|金|土", kHanMonths, kHanMonths,
     "午前|午後"},
    {"zh-hant", kChineseDays, "週日|週一|週二|週三|週四|週五|週六", kHanMonths, kHanMonths, "上午|下午"},
    {"zh", kChineseDays, "周日|周一|周二|周三|周四|周五|周六", kChineseMonths, kHanMonths, "上午|下午"},
    {"de", "Sonntag|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag", "So|Mo|Di|Mi|Do|Fr|Sa",
     "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
     "Jan.|Feb.|März|Apr.|Mai|Juni|Juli|Aug.|Sept.|Okt.|Nov.|Dez.", "AM|PM"},
    {"fr", "dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi", "dim.|lun.|mar.|mer.|jeu.|ven.|sam.",
     "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
     "janv.|févr.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc.", "AM|PM"},
    {"es", "domingo|lunes|martes|miércoles|jueves|viernes|sábado", "dom|lun|mar|mié|jue|vie|sáb",
     "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
     "ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic", "a. m.|p. m."},
    {"it", "domenica|lunedì|martedì|mercoledì|giovedì|venerdì|sabato", "dom|lun|mar|mer|gio|ven|sab",
     "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
     "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic", "AM|PM"},
    {"pt", "domingo|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado",
     "dom.|seg.|ter.|qua.|qui.|sex.|sáb.",
     "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
     "jan.|fev.|mar.|abr.|mai.|jun.|jul.|ago.|set.|out.|nov.|dez.", "AM|PM"},
    {"nl", "zondag|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag", "zo|ma|di|wo|do|vr|za",
     "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
     "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec", "a.m.|p.m."},
    {"vi", "Chủ Nhật|Thứ Hai|Thứ Ba|Thứ Tư|Thứ Năm|Thứ Sáu|Thứ Bảy", "CN|Th 2|Th 3|Th 4|Th 5|Th 6|Th 7",
     kVietnameseMonths, "thg 1|thg 2|thg 3|thg 4|thg 5|thg 6|thg 7|thg 8|thg 9|thg 10|thg 11|thg 12", "SA|CH"},
    {"id", "Minggu|Senin|Selasa|Rabu|Kamis|Jumat|Sabtu", "Min|Sen|Sel|Rab|Kam|Jum|Sab",
     "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember",
     "Jan|Feb|Mar|Apr|Mei|Jun|Jul|Agu|Sep|Okt|Nov|Des", "AM|PM"},
    {"th", "วันอาทิตย์|วันจันทร์|วันอังคาร|วันพุธ|วันพฤหัสบดี|วันศุกร์|วันเสาร์", "อา.|จ.|อ.|พ.|พฤ.|ศ.|ส.",
     "มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม",
     "ม.ค.|ก.พ.|มี.ค.|เม.ย.|พ.ค.|มิ.ย.|ก.ค.|ส.ค.|ก.ย.|ต.ค.|พ.ย.|ธ.ค.", "ก่อนเที่ยง|หลังเที่ยง"},
    {"ru", "воскресенье|понедельник|вторник|среда|четверг|пятница|суббота", "вс|пн|вт|ср|чт|пт|сб",
     "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
     "янв.|февр.|мар.|апр.|мая|июн.|июл.|авг.|сент.|окт.|нояб.|дек.", "AM|PM"},
    {"pl", "niedziela|poniedziałek|wtorek|środa|czwartek|piątek|sobota", "niedz.|pon.|wt.|śr.|czw.|pt.|sob.",
     "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
     "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru", "AM|PM"},
    {"tr", "Pazar|Pazartesi|Salı|Çarşamba|Perşembe|Cuma|Cumartesi", "Paz|Pzt|Sal|Çar|Per|Cum|Cmt",
     "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık",
     "Oca|Şub|Mar|Nis|May|Haz|Tem|Ağu|Eyl|Eki|Kas|Ara", "ÖÖ|ÖS"},
    {"sv", "söndag|måndag|tisdag|onsdag|torsdag|fredag|lördag", "sön|mån|tis|ons|tors|fre|lör",
     "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
     "jan.|feb.|mars|apr.|maj|juni|juli|aug.|sep.|okt.|nov.|dec.", "fm|em"}};
constexpr std::string_view kTraditional[] = {"zh-hant", "zh-tw", "zh-hk", "zh-mo"};

}  // namespace

const DayNames& DayNamesOf(std::string_view locale) {
  std::string name(locale);
  for (char& c : name) c = c == '_' ? '-' : LowerAscii(c);
  std::string_view wanted = std::string_view(name).substr(0, name.find('-'));
  for (std::string_view traditional : kTraditional)
    if (name.starts_with(traditional)) wanted = kTraditional[0];
  for (const DayNames& names : kNames)
    if (names.locale == wanted) return names;
  return kNames[0];
}

std::string_view NameAt(std::string_view names, int place) {
  for (; place > 0; --place) names.remove_prefix(names.find('|') + 1);
  return names.substr(0, names.find('|'));
}

}  // namespace cartwheel::liquid
