"""How programs and Daybook talk: strict JSON, conditions, problem details. The rules are those of RFC 9110 and 9457."""
