#include "base/date.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace ansinh {
namespace {

Date date(std::string_view text) {
  const auto value = Date::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Date{});
}

std::string date_error(std::string_view text) {
  const auto value = Date::parse(text);
  return value ? "no error" : value.error();
}

std::string month_error_of(std::string_view text) {
  const auto value = Month::parse(text);
  return value ? "no error" : value.error();
}

TEST(Date, AgreesWithTheStandardCalendarOnEveryValidDay) {
  namespace chrono = std::chrono;
  const int32_t first = Date::of(1800, 1, 1).days;
  const int32_t last = Date::of(2400, 12, 31).days;
  ASSERT_EQ(last - first + 1, 219'511);
  for (int32_t days = first; days <= last; ++days) {
    const Date ours = {days};
    const chrono::sys_days theirs{chrono::days{days}};
    const chrono::year_month_day civil{theirs};
    ASSERT_EQ(ours.year(), int{civil.year()});
    ASSERT_EQ(ours.month(), static_cast<int>(unsigned{civil.month()}));
    ASSERT_EQ(ours.day(), static_cast<int>(unsigned{civil.day()}));
    ASSERT_EQ(ours.weekday(), static_cast<int>(chrono::weekday{theirs}.iso_encoding()));
    ASSERT_EQ(Date::of(ours.year(), ours.month(), ours.day()), ours);
  }
}

TEST(Date, PrintsAndParsesBack) {
  const Date reform = Date::of(2025, 7, 1);
  EXPECT_EQ(reform.to_string(), "2025-07-01");
  EXPECT_EQ(reform.to_display(), "01/07/2025");
  EXPECT_EQ(date("2025-07-01"), reform);
  EXPECT_EQ(reform.weekday(), 2);
  EXPECT_EQ(Date{}.to_string(), "1970-01-01");
  EXPECT_EQ(Date{-1}.to_string(), "1969-12-31");
}

TEST(Date, KnowsLeapYears) {
  EXPECT_TRUE(Date::is_valid(2024, 2, 29));
  EXPECT_FALSE(Date::is_valid(2025, 2, 29));
  EXPECT_FALSE(Date::is_valid(1900, 2, 29));
  EXPECT_TRUE(Date::is_valid(2000, 2, 29));
  EXPECT_FALSE(Date::is_valid(2100, 2, 29));
  EXPECT_TRUE(Date::is_valid(2400, 2, 29));
}

TEST(Date, RefusesWhatIsNoDateAndSaysWhy) {
  EXPECT_EQ(date_error("2025-02-30"), "day");
  EXPECT_EQ(date_error("2025-00-40"), "month");
  EXPECT_EQ(date_error("2025-31-40"), "month");
  EXPECT_EQ(date_error("2025-04-00"), "day");
  EXPECT_EQ(date_error("2025-31-12"), "swapped");
  EXPECT_EQ(date_error("2025-13-01"), "swapped");
  EXPECT_EQ(date_error("1799-12-31"), "year");
  EXPECT_EQ(date_error("2401-01-01"), "year");
  for (const char* text :
       {"", "2025", "2025-7-1", "01/07/2025", "2025/07/01", "2025-07-01 ", " 2025-07-01",
        "2025-07-0x", "-025-07-01", "20250701", "2025-07-01T00"}) {
    EXPECT_EQ(date_error(text), "format") << text;
  }
}

TEST(Month, PrintsAndParsesBack) {
  const Month july = Month::of(2025, 7);
  EXPECT_EQ(july.to_string(), "2025-07");
  EXPECT_EQ(july.to_display(), "07/2025");
  EXPECT_EQ(Month::parse("2025-07").value_or(Month{}), july);
  EXPECT_EQ(Month::of(Date::of(2025, 7, 31)), july);
  EXPECT_EQ(Month{-1}.to_string(), "1969-12");
  EXPECT_EQ(Month::of(1800, 1).to_string(), "1800-01");
  EXPECT_LT(Month::of(2024, 12), Month::of(2025, 1));
}

TEST(Month, RefusesWhatIsNoMonth) {
  EXPECT_EQ(month_error_of("2025-13"), "month");
  EXPECT_EQ(month_error_of("2025-00"), "month");
  EXPECT_EQ(month_error_of("1799-01"), "year");
  for (const char* text : {"", "2025-7", "07/2025", "2025-07-01", "2025_07", "abcd-07"}) {
    EXPECT_EQ(month_error_of(text), "format") << text;
  }
}

TEST(Month, FirstAndLastDays) {
  EXPECT_EQ(Month::of(2024, 2).first_day(), Date::of(2024, 2, 1));
  EXPECT_EQ(Month::of(2024, 2).last_day(), Date::of(2024, 2, 29));
  EXPECT_EQ(Month::of(2025, 2).length_days(), 28);
  EXPECT_EQ(Month::of(1900, 2).length_days(), 28);
  EXPECT_EQ(Month::of(1969, 12).length_days(), 31);
  for (int32_t months = Month::of(1800, 1).months; months < Month::of(2400, 12).months; ++months) {
    const Month month = {months};
    ASSERT_EQ(month.last_day().days + 1, Month{months + 1}.first_day().days);
    ASSERT_EQ(month.last_day().days - month.first_day().days + 1, month.length_days());
  }
}

TEST(AddMonths, ShortMonthsFollowTheRule) {
  const Date end_of_january = Date::of(2025, 1, 31);
  EXPECT_EQ(add_months(end_of_january, 1, ShortMonth::kLastDay), Date::of(2025, 2, 28));
  EXPECT_EQ(add_months(end_of_january, 1, ShortMonth::kNextFirstDay), Date::of(2025, 3, 1));
  EXPECT_EQ(add_months(end_of_january, 13, ShortMonth::kLastDay), Date::of(2026, 2, 28));
  EXPECT_EQ(add_months(end_of_january, -2, ShortMonth::kLastDay), Date::of(2024, 11, 30));
  EXPECT_EQ(add_months(end_of_january, -2, ShortMonth::kNextFirstDay), Date::of(2024, 12, 1));
  EXPECT_EQ(add_months(Date::of(2024, 2, 29), 12, ShortMonth::kLastDay), Date::of(2025, 2, 28));
  EXPECT_EQ(add_months(Date::of(2024, 2, 29), 12, ShortMonth::kNextFirstDay), Date::of(2025, 3, 1));
  EXPECT_EQ(add_months(Date::of(2024, 2, 29), 48, ShortMonth::kNextFirstDay),
            Date::of(2028, 2, 29));
  EXPECT_EQ(add_months(Date::of(1970, 1, 15), -1, ShortMonth::kLastDay), Date::of(1969, 12, 15));
  EXPECT_EQ(add_months(Date::of(1970, 1, 15), 0, ShortMonth::kLastDay), Date::of(1970, 1, 15));
}

TEST(WholeMonths, CountsOnlyCompletedOnes) {
  EXPECT_EQ(whole_months_between(date("2025-01-15"), date("2025-02-14")), 0);
  EXPECT_EQ(whole_months_between(date("2025-01-15"), date("2025-02-15")), 1);
  EXPECT_EQ(whole_months_between(date("2025-01-31"), date("2025-02-28")), 1);
  EXPECT_EQ(whole_months_between(date("2025-01-31"), date("2025-02-27")), 0);
  EXPECT_EQ(whole_months_between(date("2025-02-28"), date("2025-03-31")), 1);
  EXPECT_EQ(whole_months_between(date("2025-02-15"), date("2025-01-15")), -1);
  EXPECT_EQ(whole_months_between(date("2025-02-14"), date("2025-01-15")), 0);
  EXPECT_EQ(whole_months_between(date("2025-02-14"), date("2025-02-14")), 0);
}

TEST(WholeYears, IsAge) {
  EXPECT_EQ(whole_years_between(date("1963-05-20"), date("2025-05-19")), 61);
  EXPECT_EQ(whole_years_between(date("1963-05-20"), date("2025-05-20")), 62);
  // Who was born on 29 February is a year older on 28 February of a common year.
  EXPECT_EQ(whole_years_between(date("2004-02-29"), date("2025-02-27")), 20);
  EXPECT_EQ(whole_years_between(date("2004-02-29"), date("2025-02-28")), 21);
  EXPECT_EQ(whole_years_between(date("2004-02-29"), date("2024-02-28")), 19);
  EXPECT_EQ(whole_years_between(date("2025-05-20"), date("1963-05-20")), -62);
}

TEST(WholeMonths, IsTheLargestCountThatFits) {
  const Date start = Date::of(2023, 11, 1);
  for (int32_t i = 0; i < 130; ++i) {
    for (int32_t j = 0; j < 800; ++j) {
      const Date a = {start.days + i};
      const Date b = {a.days + j};
      const int32_t months = whole_months_between(a, b);
      ASSERT_LE(add_months(a, months, ShortMonth::kLastDay), b);
      ASSERT_GT(add_months(a, months + 1, ShortMonth::kLastDay), b);
      ASSERT_EQ(whole_months_between(b, a), -months);
    }
  }
}

}  // namespace
}  // namespace ansinh
