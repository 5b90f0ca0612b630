"""A law of one benefit."""

SMALL = """# Luật thử
# A law to try

```luat
currency VND "đồng" "Vietnamese đồng" in steps of 1

act TEST/1 "Luật thử" "Test act"
  in force from 2000-01-01

fund budget "Ngân sách" "Budget"

entity Person "Người" "Person"
  fact years_old : years "Tuổi" "Age" range 0 years .. 120 years

benefit grant of Person "Trợ cấp" "Grant"  cite 1
  entitled when years_old >= 60 years
  pays 1_000_000 VND/month each month from 2025-01-01 until 2027-12-31 from fund budget
```
"""
