// A small law with every kind of fact, for the tests and the fuzz target of this room.
#pragma once

namespace ansinh::facts {

inline constexpr const char* kTestLaw = R"(# Test

```luat
currency VND "đồng" "đồng" in steps of 1

entity Household "Hộ gia đình" "Household"
  fact poverty : poor "nghèo" "poor" | near_poor "cận nghèo" "near-poor" "Mức nghèo" "Poverty"
  fact rural : yes/no "Nông thôn" "Rural" presumed no

entity Dwelling of Household as dwellings "Nhà ở" "Dwelling"
  fact rooms : count "Số phòng" "Rooms"

entity Person of Household as members "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
  fact date_of_death : date or none "Ngày chết" "Date of death" presumed none
  fact income : VND/month "Thu nhập" "Income" hint "trước thuế" "before tax"
  fact capacity_loss : ratio "Mức suy giảm" "Loss of capacity" range 0% .. 100% presumed 0%
  fact seniority : years "Thâm niên" "Seniority"
  fact growth : ratio/year "Tăng" "Growth"
  fact children_count : count "Số con" "Number of children"
  fact coefficient : number or none "Hệ số" "Coefficient" presumed none
  fact first_month : month "Tháng đầu" "First month"
  fact notice : days "Báo trước" "Notice"
  fact name : text "Tên" "Name"

spells work of Person by month "Quá trình đóng" "Work"
  may overlap
  fact salary : VND/month "Tiền lương" "Salary"
  fact hazardous : yes/no "Nặng nhọc" "Hazardous" presumed no

spells stays of Person by day "Nằm viện" "Hospital stays"

entity Birth of Person as births "Lần sinh" "Birth"
  presumed none
  in order of birth_date
  fact birth_date : date "Ngày sinh con" "Date of birth of the child"
  fact twins : yes/no "Sinh đôi" "Twins" presumed no

dates rest_days of Birth "Ngày nghỉ" "Rest days"
  presumed none
```
)";

}  // namespace ansinh::facts
