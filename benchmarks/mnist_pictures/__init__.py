"""Pictures made of MNIST's digits: lines, pages and photos, and digits pasted on other paper."""
