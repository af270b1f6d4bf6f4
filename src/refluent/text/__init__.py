"""What is known of English text: tokens, segments, alignment, numbers, rules; strings in, records out."""
