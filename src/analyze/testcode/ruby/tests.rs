use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn rspec() {
    insta::assert_snapshot!(listing(Grammar::Ruby, r#"
RSpec.describe Thing, skip: "later" do
  it("is off") { expect(1).to eq(2) }
end
describe "group" do
  it "expects", :slow do
    expect(x).to eq(3)
    expect(x).not_to eq(4)
    expect(x).to be > 3
    expect(x).to be_within(0.1).of(1.5)
    expect(list).to include(1)
    expect(list).to contain_exactly(1, 2)
    expect { run }.to raise_error(ArgumentError, "no")
    expect { run }.to raise_error(ArgumentError)
    expect { run }.to raise_error
    expect { run }.to change(Thing, :count).by(1)
    expect(mock).to receive(:run).with(1)
    allow(mock).to receive(:run)
    expect(x).to be_ready
    expect(x).to be_nil
    expect(x).to be true
    expect(page).to have_content("a")
    expect(x).to our_matcher(1)
    x.should == 3
    expect(y).to eq(1) if z
    check_more(x)
    check_plain
  end
  it { is_expected.to be_valid }
  xit "is crossed out" do
  end
  fit "is alone" do
  end
  it "has tags", focus: true, if: unix? do
  end
  it "is a plan"
  it "skips" do
    skip "why" unless ready
    pending
    next
    expect(1).to eq(a)
  end
  def check_more(x)
    expect(x).to eq(1)
  end
end
"#), @r#"
        Thing > is off 3..4 inherited skip@2 `RSpec.describe Thing, skip: "later"`
            exact 1 to 2
        group > expects 6..29 calls check_more, check_plain, our_matcher, run
            exact x to 3
            range x to 4
            range x to 3
            exact x to 1.5 within 0.1
            range list to 1
            exact list to contain_exactly ( 1 , 2 )
            exact { run } to ArgumentError , " no "
            range { run } to ArgumentError
            truthy { run }
            exact { run } to change ( Thing , :count ) . by ( 1 )
            exact mock . :run to receive ( :run ) . with ( 1 )
            truthy x . ready?
            truthy x
            truthy x
            range page to " a "
            unknown x to 1
            exact x to 3
            exact y to 1 perhaps
        group > { is_expected . to be_valid } 29..30
            truthy is_expected
        group > is crossed out 30..32 skip@30 `xit "is crossed out"`
        group > is alone 32..34 focus@32 `fit "is alone"`
        group > has tags 34..36 conditional skip@34 `it "has tags", focus: true, if: unix?` focus@34 `it "has tags", focus: true, if: unix?` calls unix?
        group > is a plan 36..37 skip@36 `it "is a plan"`
        group > skips 37..43 skip@39 `pending`
            exact a to 1 never
        helper check_more
            exact x to 1
        "#);
}

#[test]
fn minitest() {
    insta::assert_snapshot!(listing(Grammar::Ruby, r#"
class ThingTest < ActiveSupport::TestCase
  setup { @x = 1 }
  def test_plain
    assert_equal 3, size
    assert size == 3
    assert !size.nil?
    assert list.include?(3)
    assert_includes list, 3
    assert_in_delta 1.5, ratio, 0.1
    assert_raises(ArgumentError) { run }
    assert_nil x, "message"
    refute_equal 1, x
    assert_not x
    assert_difference("Thing.count", 1) { run }
    assert_response :success
    assert_ours x
    assert true
    _(x).must_equal 3
    return
    assert_equal 1, y
  end

  test "with a name" do
    skip
    begin
      assert_equal 1, a
    rescue Exception
    end
    begin
      assert_equal 1, b
    rescue => e
    end
  end
  private
  def test_data(x) = 1
end
"#), @r#"
        ThingTest > test_plain 4..23 calls run
            exact size to 3
            exact size to 3
            truthy size . nil? to false
            range list to 3
            range list to 3
            exact ratio to 1.5 within 0.1
            range { run } to ArgumentError
            truthy x
            range x to 1
            truthy x to false
            exact " Thing.count " to 1
            exact response to :success
            unknown x
            nothing true
            exact x to 3
            exact y to 1 never
        ThingTest > with a name 24..35 skip@25 `skip`
            exact a to 1 hedged
            exact b to 1
        helper test_data
        "#);
}
