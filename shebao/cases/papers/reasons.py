"""Why a file was not taken (没有收的原因), in a sentence and the way out."""

from shebao.base.refusal import Refusal

RETAKE = "拍一张照片再交"
REASONS = {
    "empty": ("这个文件是空的，没有收。", "重新选文件"),
    "too_big": ("这个文件太大，没有收。", "拍小一点，或分几页交"),
    "too_much": ("这件事的材料已经放满，没有收。", "删掉用不着的页"),
    "too_many": ("这份材料的页数已满，没有收。", "删掉用不着的页"),
    "false_name": ("文件名和里面的内容对不上，没有收。", RETAKE),
    "heif": ("这张照片是 HEIC 格式，我们打不开。", "截一张图再交，或相机格式选「兼容性最佳」"),
    "gif": ("动图不能当材料，没有收。", RETAKE),
    "bmp": ("BMP 图片收不了。", "存成 JPG 再交"),
    "tiff": ("TIFF 图片收不了。", "存成 JPG 或 PDF 再交"),
    "office": ("Word、表格和压缩包收不了。", "存成 PDF 再交"),
    "ofd": ("OFD、XML 发票收不了。", "下载 PDF 版的发票再交"),
    "archive": ("压缩包收不了。", "解开后一个一个交"),
    "program": ("这是程序，不是材料，没有收。", RETAKE),
    "film": ("视频收不了。", RETAKE),
    "markup": ("网页文件收不了。", "打印成 PDF 再交"),
    "unknown": ("认不出这是什么文件，没有收。", "交照片或 PDF"),
    "broken": ("这个文件打不开，可能没传完。", RETAKE),
    "animated": ("动图不能当材料，没有收。", RETAKE),
    "too_many_pixels": ("这张图片的尺寸太大，没有收。", "用手机相机重新拍"),
    "tiny": ("这张图片太小，什么也看不清。", RETAKE),
    "pdf_locked": ("这个 PDF 加了密码，我们打不开。", "去掉密码，或拍照再交"),
    "pdf_form": ("这个 PDF 的表格要专门的软件才看得到。", "打印成新的 PDF，或拍照再交"),
    "pdf_active": ("这个 PDF 里带有会自己运行的内容，没有收。", "打印成新的 PDF，或拍照再交"),
    "pdf_attachment": ("这个 PDF 里还夹着别的文件，没有收。", "打印成新的 PDF，或拍照再交"),
    "pdf_pages": ("这个 PDF 页数太多，没有收。", "只留要交的几页"),
    "pdf_empty": ("这个 PDF 里一页也没有。", "重新选文件"),
    "pdf_bomb": ("这个 PDF 展开后太大，没有收。", "打印成新的 PDF，或拍照再交"),
    "too_slow": ("检查这个文件用的时间太长，没有收。", RETAKE),
    "virus": ("这个文件带病毒，没有收，也没有保存。", "换一个文件，或拍照再交"),
}


def refusal(code: str) -> Refusal:
    """The refusal of a file (`invalid_input`, field `file`)."""
    message, step = REASONS.get(code, REASONS["broken"])
    return Refusal("invalid_input", message, step, field="file")
